"""Words of supervision orders."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.supervision import OrderState

Words = str | Promise

#: On the tabs of the list, in their order.
TABS: dict[OrderState, Words] = {
    OrderState.OPEN: pgettext_lazy("order", "All open"),
    OrderState.WAITING: pgettext_lazy("order", "Waiting for receipt"),
    OrderState.LATE: pgettext_lazy("order", "Late"),
    OrderState.REPLIED: pgettext_lazy("order", "Replied"),
    OrderState.LISTED: pgettext_lazy("order", "In the notice"),
    OrderState.RELEASED: pgettext_lazy("order", "Released"),
}
#: On the chip of one order, with its tone.
CHIPS: dict[OrderState, tuple[Words, str]] = {
    OrderState.OPEN: (pgettext_lazy("order", "Received"), "active"),
    OrderState.WAITING: (pgettext_lazy("order", "Waiting for receipt"), "back"),
    OrderState.LATE: (pgettext_lazy("order", "Late"), "back"),
    OrderState.REPLIED: (pgettext_lazy("order", "Replied"), "active"),
    OrderState.RELEASED: (pgettext_lazy("order", "Released"), "done"),
}
EMPTY: dict[OrderState, tuple[Words, Words]] = {
    OrderState.OPEN: (
        _("No supervision order is open"),
        _("An order opens by itself when a case stays overdue, or by a supervisor’s hand on the page of a case."),
    ),
    OrderState.WAITING: (_("Every order has its receipt"), _("Orders whose unit hasn’t said that it read them.")),
    OrderState.LATE: (_("No order is late"), _("Orders whose time has passed with neither reply nor result.")),
    OrderState.REPLIED: (_("No reply is waiting"), _("Orders that were replied to wait here to be released.")),
    OrderState.LISTED: (
        _("No open order is in the notice"),
        _("An order nobody releases is listed in the periodic notice after some working days."),
    ),
    OrderState.RELEASED: (_("No order was released yet"), _("Released orders stay here, with reply and reason.")),
}
#: Opened by the clock: there is no demand in somebody's words.
BY_THE_CLOCK: Words = _(
    "The deadline of handling has passed. Settle the case, or explain by the time named below how it stands."
)
