"""The task list as others read it, and the working calendar."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet
from django.db.models.functions import Now

from wangge.catalogue.models import (
    CalendarChange,
    CalendarDay,
    ClockRules,
    CollectedField,
    Department,
    TaskCategory,
    TaskItem,
    TaskSubItem,
)
from wangge.catalogue.types import (
    DEFAULT_PROFILE,
    Admitted,
    Basis,
    Clock,
    ClockProfile,
    Frequency,
    Nature,
    Priority,
    ResolveLevel,
    Task,
    TaskEntry,
)
from wangge.foundation.errors import Conflict, Invalid
from wangge.foundation.names import KeptNames, in_reader_language, in_reader_languages, kept_in_both
from wangge.foundation.worktime import LOCAL, Calendar, Limit, read_hours
from wangge.grids.types import COUNTY_LENGTH

#: So long a process remembers the list and the calendar (`_minute`).
KEPT_FOR = timedelta(minutes=1)


class UnknownTask(Invalid):
    """No task of this code is on the list now."""

    code = "catalogue.unknown_task"


class NotAdmitted(Conflict):
    """What is not on the list in force may not be asked of a grid worker (409). `value` in params.

    The rule, in the words for this code, is that of a city's regulation on grid services, articles 23 to 25: a
    department applies first; what is not on the list is not assigned to grid workers; an urgent temporary item needs
    consent and a stated term. That a draft list counts until a place has its own is our reading.
    """

    code = "catalogue.not_admitted"


def require_admitted(code: str, *, at: datetime, field: str = "task_code") -> Admitted:
    """Let a task be asked of a grid worker, or refuse it with the rule quoted: NotAdmitted (409).

    It is admitted while a version of the list holds, or within the term of a temporary item that was consented to.
    """
    row = _tasks_at(at).get(code)
    if row is None:
        raise NotAdmitted(field=field, value=code)
    return Admitted(code, Basis.TEMPORARY if row.is_temporary else Basis.LIST, row.valid_to)


def is_admitted(code: str, *, at: datetime) -> bool:
    """Whether `require_admitted` lets it pass."""
    return code in _tasks_at(at)


def task(code: str, *, at: datetime, field: str = "task_code") -> Task:
    """The task of that code as valid at that instant, or UnknownTask (422) naming the field."""
    row = _tasks_at(at).get(code)
    if row is None:
        raise UnknownTask(field=field, value=code)
    return _task(row)


def task_list(at: datetime, *, day: date | None = None) -> list[Task]:
    """The whole list valid at that instant, or on another day, in the order of its codes."""
    return [_task(row) for row in (_tasks_at(at).values() if day is None else versions_on(day))]


def task_days() -> dict[str, list[tuple[date, date | None]]]:
    """From when to when each task was on the list, of any time: whether a past acceptance was by the list."""
    found: dict[str, list[tuple[date, date | None]]] = {}
    for code, begins, ends in TaskItem.objects.order_by("pk").values_list("code", "valid_from", "valid_to"):
        found.setdefault(code, []).append((begins, ends))
    return found


def periodic_forms(day: date) -> int:
    """How many tasks on the list of that day come up by the calendar and ask for fields: forms filled over and over.

    A task without an application is of the list the installation began with: its tasks come up when something happens.
    """
    on_the_list = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    by_calendar = [one.value for one in Frequency if one is not Frequency.ON_OCCASION]
    rows = TaskItem.objects.filter(on_the_list, application__frequency__in=by_calendar)
    return rows.exclude(collects=[]).count()


def matter_names() -> dict[str, str]:
    """Names of categories and sub-items by code, in the reader's language."""
    return _names(TaskCategory) | _names(TaskSubItem)


def task_words(at: datetime) -> list[tuple[str, tuple[str, ...]]]:
    """The code of each task with the words that point to it."""
    return [(code, tuple(row.keywords)) for code, row in _tasks_at(at).items()]


def joint_departments(code: str, at: datetime) -> tuple[str, ...]:
    """Departments the list names for a task beside the one responsible; none for a task not on it."""
    row = _tasks_at(at).get(code)
    return tuple(row.joint_departments) if row else ()


def task_names(codes: list[str]) -> dict[str, str]:
    """Names of tasks in the reader's language, of any time."""
    return in_reader_languages(_task_names.of(codes))


def _named_versions(codes: set[str]) -> QuerySet[TaskItem]:
    """Versions in the order in which their names count: what is still to come before what has begun."""
    begun = ExpressionWrapper(Q(valid_from__lte=Now()), output_field=BooleanField())
    return TaskItem.objects.filter(code__in=codes).order_by(begun, "valid_from", "pk")


_task_names = kept_in_both(_named_versions)


def task_entries(
    at: datetime, *, text: str = "", department: str = "", level: str = "", day: date | None = None
) -> list[TaskEntry]:
    """The list with all it says, in the order of its codes; `text` in code, names or the words people use.

    As of `at`, or of another `day`, past or to come.
    """
    subitems = {row.pk: row for row in TaskSubItem.objects.select_related("category")}
    departments, fields = department_names(), field_names()
    wanted = text.strip().casefold()
    rows = _tasks_at(at).values() if day is None else versions_on(day)
    return [
        _entry(row, subitems[row.subitem_id], departments, fields)
        for row in rows
        if (not department or department == row.department or department in row.joint_departments)
        and (not level or level == row.level)
        and (not wanted or wanted in _said_of(row, subitems[row.subitem_id]))
    ]


def department_names() -> dict[str, str]:
    """Names of the departments by code, in the reader's language."""
    return _names(Department)


def field_names() -> dict[str, str]:
    """Names of everything collected by code, in the reader's language."""
    return _names(CollectedField)


def subitem_names() -> list[tuple[int, str, str, str]]:
    """Id, code, name and category of every sub-item, in the reader's language and the order of the codes."""
    rows = TaskSubItem.objects.select_related("category").order_by("code")
    return [(row.pk, row.code, row.name, row.category.name) for row in rows]


def category_names() -> list[tuple[str, str]]:
    """Code and name of every category, in the reader's language."""
    return [(row.code, row.name) for row in TaskCategory.objects.order_by("code")]


def versions_on(day: date) -> QuerySet[TaskItem]:
    """The versions that hold on that day, past or to come, in the order of the codes; read anew each time."""
    ends_later = Q(valid_to__isnull=True) | Q(valid_to__gt=day)
    return TaskItem.objects.filter(ends_later, valid_from__lte=day).select_related("application").order_by("code")


def _names(model: type[Department | CollectedField | TaskCategory | TaskSubItem]) -> dict[str, str]:
    return {row.code: row.name for row in model._default_manager.order_by("code")}


def _said_of(row: TaskItem, subitem: TaskSubItem) -> str:
    both = (row, subitem, subitem.category)
    names = " ".join(f"{one.name_zh} {one.name_en}" for one in both)
    return f"{row.code} {names} {' '.join(row.keywords)}".casefold()


def _entry(row: TaskItem, subitem: TaskSubItem, departments: dict[str, str], fields: dict[str, str]) -> TaskEntry:
    return TaskEntry(
        code=row.code,
        name=row.name,
        category_code=subitem.category.code,
        category=subitem.category.name,
        subitem_code=subitem.code,
        subitem=subitem.name,
        department=departments.get(row.department, row.department),
        joint_departments=tuple(departments.get(code, code) for code in row.joint_departments),
        triggers=tuple(row.triggers),
        level=ResolveLevel(row.level),
        limit_min=row.limit_min,
        clock=Clock(row.clock),
        priority=Priority(row.priority),
        personal_data_level=row.personal_data_level,
        collects=tuple(fields.get(code, code) for code in row.collects),
        closing_condition=in_reader_language(row.closing_condition_zh, row.closing_condition_en),
        is_draft=row.is_draft,
        is_temporary=row.is_temporary,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        minutes_per_month=row.minutes_per_month,
        legal_basis=row.application.legal_basis if row.application else "",
        purpose=row.application.purpose if row.application else "",
    )


def clock_profiles(at: datetime) -> Mapping[int, ClockProfile]:
    """Every version of every centre's rules by its number (kept in memory for a minute); 0 are the defaults."""
    return _clock_rules(_minute())[0]


def clock_profile(area: str, *, at: datetime) -> ClockProfile:
    """The rules by which a centre counts time on that local day: those of the township, else of the county."""
    day = at.astimezone(LOCAL).date()
    for code in (area[:9], area[:6]):
        for valid_from, profile in _clock_rules(_minute())[1].get(code, ()):
            if valid_from <= day:
                return profile
    return DEFAULT_PROFILE


@lru_cache(maxsize=2)
def _clock_rules(minute: int) -> tuple[dict[int, ClockProfile], dict[str, list[tuple[date, ClockProfile]]]]:
    by_version, by_area = {0: DEFAULT_PROFILE}, defaultdict[str, list[tuple[date, ClockProfile]]](list)
    for row in ClockRules.objects.order_by("-valid_from", "-version"):
        by_version[row.version] = profile = _profile(row)
        by_area[row.area].append((row.valid_from, profile))
    return by_version, by_area


def _profile(row: ClockRules) -> ClockProfile:
    return ClockProfile(
        version=row.version,
        hours=tuple(read_hours(one) for one in row.hours),
        acceptance=Limit(row.acceptance_min, Clock.WORKING),
        signing=Limit(row.signing_min, Clock.WORKING),
        signing_urgent=Limit(row.signing_urgent_min, Clock.NATURAL),
        verification=Limit(row.verification_min, Clock.WORKING),
        feedback=Limit(row.feedback_min, Clock.WORKING),
        handling=Limit(row.handling_min, Clock.WORKING),
        yellow_share=row.yellow_percent / 100,
        urgent_yellow_min=row.urgent_yellow_min,
        supervise_after_min=row.supervise_after_min,
        list_after_min=row.list_after_min,
        reply_within_min=row.reply_within_min,
        sampled_share=row.sampled_percent / 100,
    )


def clock_rules_within(area: str) -> list[ClockRules]:
    """Every version of a county and of its townships, the newest first of each, with who adopted it."""
    rows = ClockRules.objects.filter(area__startswith=area[:COUNTY_LENGTH]).select_related("made_by")
    return list(rows.order_by("area", "-valid_from", "-version"))


def calendar_days(year: int) -> dict[date, tuple[bool, str]]:
    """The known days of a year: whether each is worked, and where that comes from."""
    rows = CalendarDay.objects.filter(day__gte=date(year, 1, 1), day__lte=date(year, 12, 31)).order_by("day")
    return {day: (worked, source) for day, worked, source in rows.values_list("day", "is_working", "source")}


def calendar_changes(*, limit: int = 20) -> list[CalendarChange]:
    """What was said about days by hand, the latest first."""
    return list(CalendarChange.objects.select_related("made_by").order_by("-pk")[:limit])


def calendar(at: datetime) -> Calendar:
    """The working calendar as known now (kept in memory for a minute)."""
    return _calendar(_minute())


def office_calendar(area: str, *, at: datetime) -> Calendar:
    """The working calendar at the hours that the centre of an area keeps on that day."""
    return calendar(at).kept_by(clock_profile(area, at=at).hours)


def forget() -> None:
    """Drop what is kept in memory, after the list or the calendar was changed in this process."""
    _calendar.cache_clear()
    _tasks.cache_clear()
    _clock_rules.cache_clear()
    KeptNames.forget()


def _minute() -> int:
    """What is kept in memory is at most a minute old, in every process, whatever time is asked about."""
    return int(time.monotonic() // 60)


@lru_cache(maxsize=2)
def _calendar(minute: int) -> Calendar:
    days = dict(CalendarDay.objects.values_list("day", "is_working"))
    return Calendar(days, max(days, default=None))


def _tasks_at(at: datetime) -> dict[str, TaskItem]:
    return _tasks(at.astimezone(LOCAL).date(), _minute())


@lru_cache(maxsize=2)
def _tasks(day: date, minute: int) -> dict[str, TaskItem]:
    return {row.code: row for row in versions_on(day)}


def _task(row: TaskItem) -> Task:
    return Task(
        id=row.pk,
        code=row.code,
        name=row.name,
        department=row.department,
        level=ResolveLevel(row.level),
        limit_min=row.limit_min,
        clock=Clock(row.clock),
        priority=Priority(row.priority),
        closing_condition=in_reader_language(row.closing_condition_zh, row.closing_condition_en),
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        minutes_per_month=row.minutes_per_month,
        is_draft=row.is_draft,
        is_temporary=row.is_temporary,
        nature=Nature(row.nature),
    )
