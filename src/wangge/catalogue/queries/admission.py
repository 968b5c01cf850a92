"""Applications, their checks and their history, for those who write, review and approve them; temporary items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Q, QuerySet

from wangge.catalogue.models import (
    AdmissionApplication,
    AdmissionStep,
    ApplicationField,
    TaskItem,
    TemporaryItem,
)
from wangge.catalogue.queries.fields import obtainable_fields
from wangge.catalogue.queries.load import grid_load, minutes_added
from wangge.catalogue.queries.tasks import versions_on
from wangge.catalogue.rules import checks
from wangge.catalogue.rules.admission import (
    APPLY,
    APPROVE,
    DESCRIBES_A_TASK,
    REVIEW,
    WRITABLE,
    OwnApplication,
    OwnReview,
    Step,
    missing,
    require_other_person,
    steps_from,
)
from wangge.catalogue.types import (
    AdmissionAction,
    AdmissionState,
    ApplicationKind,
    FieldSource,
    Finding,
    TemporaryState,
)
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.db import within
from wangge.foundation.errors import NotFound
from wangge.foundation.worktime import LOCAL

PAGE = 50


class NoSuchApplication(NotFound):
    """There is no such application, or not for this reader."""

    code = "catalogue.no_such_application"


class NoSuchTemporaryItem(NotFound):
    """There is no such temporary item, or not for this reader."""

    code = "catalogue.no_such_temporary_item"


@dataclass(frozen=True, slots=True)
class Possible:
    """A step this reader could take now, or why it is closed to them (a code with words)."""

    step: Step
    closed: str = ""


def visible_applications(actor: Actor) -> QuerySet[AdmissionApplication]:
    """Applications of the actor's units; those sent in for who reviews or approves in their county."""
    reviewed = _within_county(actor.areas(REVIEW)) | _within_county(actor.areas(APPROVE))
    sent = reviewed & ~Q(state=AdmissionState.DRAFT)
    return AdmissionApplication.objects.filter(sent | Q(unit__in=actor.units(APPLY)))


def _within_county(areas: Iterable[str]) -> Q:
    """A county lies in an area above it; who holds a town doesn't decide about a county's list."""
    return within("county", [area for area in areas if len(area) <= 6])


def application(application_id: int, actor: Actor) -> AdmissionApplication:
    """The application with its fields, or NoSuchApplication (404)."""
    require_reader(actor)
    rows = visible_applications(actor).select_related("subitem__category").prefetch_related("fields")
    row = rows.filter(pk=application_id).first()
    if row is None:
        raise NoSuchApplication(value=application_id)
    return row


def require_reader(actor: Actor) -> None:
    """Applications are read by who writes, reviews or approves them."""
    if not (actor.may_somewhere(REVIEW) or actor.may_somewhere(APPROVE)):
        require_somewhere(actor, APPLY)


def application_page(
    actor: Actor, *, states: Sequence[AdmissionState] = (), before: int | None = None
) -> tuple[list[AdmissionApplication], int | None]:
    """Applications from the newest, and where the next page begins."""
    require_reader(actor)
    rows = visible_applications(actor).select_related("subitem").order_by("-id")
    if states:
        rows = rows.filter(state__in=states)
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def applications_by_state(actor: Actor) -> dict[AdmissionState, int]:
    """How many stand where, of those the actor sees."""
    require_reader(actor)
    rows = visible_applications(actor).order_by().values_list("state").annotate(n=Count("pk"))
    return {AdmissionState(state): number for state, number in rows}


def states_of_mine(actor: Actor) -> tuple[AdmissionState, ...]:
    """States in which an application waits for somebody with this actor's permissions."""
    waits = {
        APPLY: WRITABLE,
        REVIEW: {AdmissionState.APPLIED, AdmissionState.PRELIMINARY_REVIEW, AdmissionState.APPROVED},
        APPROVE: {AdmissionState.FINAL_REVIEW},
    }
    mine = {state for permission, states in waits.items() if actor.may_somewhere(permission) for state in states}
    return tuple(state for state in AdmissionState if state in mine)


def history(row: AdmissionApplication) -> list[AdmissionStep]:
    """What happened to it, oldest first."""
    return list(row.steps.select_related("by").order_by("seq"))


def possible_steps(row: AdmissionApplication, steps: Sequence[AdmissionStep], actor: Actor) -> list[Possible]:
    """What can be done with it now: the steps of the table from its state that this actor holds the permission of."""
    acted = [(AdmissionAction(step.action), step.by_id) for step in steps]
    return [
        Possible(step, _closed(step, actor, acted))
        for step in steps_from(AdmissionState(row.state))
        if actor.may(step.by, area=row.county, unit=row.unit)
    ]


def _closed(step: Step, actor: Actor, acted: list[tuple[AdmissionAction, int | None]]) -> str:
    try:
        require_other_person(step, actor.user_id, acted)
    except (OwnApplication, OwnReview) as problem:
        return problem.code
    return ""


def may_write(row: AdmissionApplication, actor: Actor) -> bool:
    """Whether the actor may still change what the application says."""
    return AdmissionState(row.state) in WRITABLE and actor.may(APPLY, unit=row.unit)


def said_of(row: AdmissionApplication) -> dict[str, object]:
    """What an application says, by the names of its fields."""
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def missing_of(row: AdmissionApplication) -> tuple[str, ...]:
    """What it must say before it can be sent."""
    return missing(ApplicationKind(row.kind), said_of(row), [field.why for field in row.fields.all()])


def findings(row: AdmissionApplication, *, day: date) -> list[Finding]:
    """What the checks find in it on that day: the gravest first."""
    fields = list(row.fields.all())
    found = checks.forbidden(_names_in(row, fields))
    if ApplicationKind(row.kind) in DESCRIBES_A_TASK:
        found += checks.obtainable([_collected(field) for field in fields], obtainable_fields())
        load = grid_load(day, county=row.county, without=row.pk)
        ahead = checks.Load(load.minutes_to_come, minutes_added(row, load), load.ceiling)
        found += checks.overload(ahead)
        found += checks.alike(_named(row), _list_named(day))
    return found


def _names_in(row: AdmissionApplication, fields: Sequence[ApplicationField]) -> dict[str, list[str]]:
    names = {"name": [row.name_zh, row.name_en, *row.keywords]}
    return names | {field.code: [field.code, field.name_zh, field.name_en] for field in fields}


def _collected(field: ApplicationField) -> checks.Collected:
    return checks.Collected(field.code, field.name, field.name_en, FieldSource(field.source))


def _named(row: AdmissionApplication) -> checks.Named:
    return checks.Named(row.task_code, row.name_zh, row.name_en, tuple(row.keywords))


def _list_named(day: date) -> list[checks.Named]:
    return [checks.Named(row.code, row.name_zh, row.name_en, tuple(row.keywords)) for row in versions_on(day)]


def versions_of(code: str) -> list[TaskItem]:
    """Every version a task has had and will have, the newest first."""
    rows = TaskItem.objects.filter(code=code).select_related("application").order_by("-valid_from")
    return list(rows)


def tasks_to_change(at: datetime) -> list[tuple[str, str]]:
    """Code and name of what a department can ask to amend, pause or end: the list of today."""
    day = at.astimezone(LOCAL).date()
    return [(row.code, row.name) for row in versions_on(day).filter(is_temporary=False)]


def due_by_time(day: date) -> list[int]:
    """Applications that time may have moved: published ones whose day has come, and those that are on the list."""
    begun = Q(state=AdmissionState.PUBLISHED, effective_on__lte=day)
    on_the_list = Q(
        state__in=[AdmissionState.EFFECTIVE, AdmissionState.SUSPENDED],
        kind__in=[kind.value for kind in DESCRIBES_A_TASK],
    )
    return list(AdmissionApplication.objects.filter(begun | on_the_list).order_by("pk").values_list("pk", flat=True))


# --- temporary items ------------------------------------------------------------------------------------------------


def visible_temporary_items(actor: Actor) -> QuerySet[TemporaryItem]:
    """Temporary items of the counties and units the actor has to do with."""
    decided = _within_county(actor.areas(REVIEW)) | _within_county(actor.areas(APPROVE))
    return TemporaryItem.objects.filter(decided | Q(unit__in=actor.units(APPLY)))


def temporary_page(actor: Actor, *, before: int | None = None) -> tuple[list[TemporaryItem], int | None]:
    """Temporary items from the newest, and where the next page begins."""
    require_reader(actor)
    rows = visible_temporary_items(actor).select_related("category", "asked_by", "decided_by").order_by("-id")
    if before:
        rows = rows.filter(pk__lt=before)
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def temporary_item(item_id: int, actor: Actor) -> TemporaryItem:
    """A temporary item, or NoSuchTemporaryItem (404)."""
    require_reader(actor)
    rows = visible_temporary_items(actor).select_related("category", "asked_by", "decided_by")
    row = rows.filter(pk=item_id).first()
    if row is None:
        raise NoSuchTemporaryItem(value=item_id)
    return row


def runs(item: TemporaryItem, day: date) -> bool:
    """Whether it is asked of grids on that day."""
    return item.state == TemporaryState.CONSENTED and item.valid_from <= day < item.valid_to
