"""What is the matter with a line of a file of days."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from wangge.catalogue.year_file import MOST_LINES, Fault, LineFault

Words = str | Promise

_FAULTS: dict[Fault, Words] = {
    Fault.HEAD: _("The first line must name the columns: day,is_working. It says “{value}”."),
    Fault.COLUMNS: _("Two columns are needed, the day and 1 or 0. The line says “{value}”."),
    Fault.DAY: _("“{value}” is no day. Write it like 2027-01-01."),
    Fault.WORKED: _("“{value}” is neither 1 (worked) nor 0 (free)."),
    Fault.TWICE: _("{value} is there twice. Keep one of the two lines."),
    Fault.GAP: _("{value} is missing before this line. Every day needs its line, in order."),
    Fault.PAST: _("{value} has begun or lies behind us. Leave out days that aren’t to come."),
    Fault.TOO_LONG: _("The file has {value} lines; the days of a year have at most {most}."),
    Fault.NOTHING: _("There is no day in the file."),
}


def fault_words(fault: LineFault) -> str:
    """Which line, what stands there, and what to do."""
    said = str(_FAULTS[fault.fault]).format(value=fault.value, most=MOST_LINES)
    return translate("Line {line}: {said}").format(line=fault.line, said=said)
