"""What the pages of the admission show of an application."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from wangge.catalogue import queries
from wangge.catalogue.models import AdmissionApplication, AdmissionStep, TemporaryItem
from wangge.catalogue.rules.admission import DESCRIBES_A_TASK, MAIN_PATH, STEPS
from wangge.catalogue.types import (
    AdmissionAction,
    AdmissionState,
    ApplicationKind,
    Clock,
    Finding,
    Frequency,
    Gravity,
    TemporaryState,
)
from wangge.console import times
from wangge.console.admission import words
from wangge.console.tasklist import words as task_words
from wangge.foundation.worktime import LOCAL
from wangge.workforce.queries import unit_names

_GRAVITY_TONES = {Gravity.REFUSED: "error", Gravity.OVERRIDE: "warning", Gravity.NOTE: ""}
#: The facts of a page, in the sections of the form.
_FACTS = (
    "assessment", "legal_basis", "purpose", "triggers", "frequency", "expected_per_month", "post_in_charge",
    "minutes_per_month", "staffing", "funding", "training", "level", "limit_min", "priority", "closing_condition_zh",
    "closing_condition_en", "joint_departments", "personal_data_level", "keywords", "exit_on", "resume_on",
)  # fmt: skip
_ALWAYS = {"assessment", "legal_basis", "resume_on", "exit_on"}


def row_of(row: AdmissionApplication, at: datetime, units: dict[str, str]) -> dict[str, Any]:
    """A line of the list."""
    state = AdmissionState(row.state)
    return {
        "pk": row.pk,
        "number": row.number,
        "name": _name(row),
        "kind": words.KINDS[ApplicationKind(row.kind)],
        "task_code": row.task_code,
        "unit": units.get(row.unit, row.unit),
        "state": words.STATES[state],
        "tone": words.tone(state),
        "changed": times.when(row.changed_at, at),
        "effective_on": row.effective_on,
    }


def _name(row: AdmissionApplication) -> str:
    return row.name or row.name_zh


def page_of(row: AdmissionApplication, steps: Sequence[AdmissionStep], at: datetime) -> dict[str, Any]:
    """Everything an application says and what became of it."""
    departments = queries.department_names()
    units = unit_names([row.unit])
    shown = row_of(row, at, units)
    describes = ApplicationKind(row.kind) in DESCRIBES_A_TASK
    return {
        "row": shown,
        "subitem": row.subitem,
        "department": departments.get(row.department, row.department),
        "facts": [(words.LABELS[name], value) for name, value in _facts(row, departments, describes) if value],
        "fields": [_field(field) for field in row.fields.all()] if describes else [],
        "describes": describes,
        "path": _path(AdmissionState(row.state), steps),
        "history": [_step(step, at) for step in steps],
    }


def _facts(row: AdmissionApplication, departments: dict[str, str], describes: bool) -> list[tuple[str, str]]:
    names = [name for name in _FACTS if describes or name in _ALWAYS]
    return [(name, _fact(row, name, departments)) for name in names]


def _fact(row: AdmissionApplication, name: str, departments: dict[str, str]) -> str:
    value = getattr(row, name)
    if value in (None, "", []):
        return ""
    if name == "limit_min":
        return task_words.limit_words(value, Clock(row.clock))
    if name == "minutes_per_month":
        return task_words.minutes_words(value)
    if name == "frequency":
        return str(words.FREQUENCIES[Frequency(value)])
    if name == "joint_departments":
        return task_words.said_value(name, [departments.get(code, code) for code in value])
    return task_words.said_value(name, tuple(value) if isinstance(value, list) else value)


def _field(field: Any) -> dict[str, Any]:
    return {
        "pk": field.pk,
        "code": field.code,
        "name": field.name,
        "why": field.why,
        "kept": task_words.retention_words(field.retention_days),
        "days": field.retention_days,
        "source": task_words.SOURCES[field.source],
        "is_shared": field.source == "SHARE",
    }


def _path(state: AdmissionState, steps: Sequence[AdmissionStep]) -> list[dict[str, Any]]:
    """The way of an application, and how far it has come; where it stopped if it did."""
    reached = {AdmissionState(step.state) for step in steps} | {AdmissionState.DRAFT}
    on_path = state in MAIN_PATH
    last = MAIN_PATH.index(state) if on_path else max(n for n, one in enumerate(MAIN_PATH) if one in reached)
    now = "now" if on_path and state is not AdmissionState.EFFECTIVE else "done" if on_path else "stopped"
    if state in (AdmissionState.AMENDED, AdmissionState.SUSPENDED, AdmissionState.EXITED):
        now = "done"
    return [
        {"word": words.STATES[one], "step": "done" if n < last else now if n == last else "todo"}
        for n, one in enumerate(MAIN_PATH)
    ]


def _step(step: AdmissionStep, at: datetime) -> dict[str, Any]:
    action = AdmissionAction(step.action)
    row = next(one for one in STEPS if one.action is action)
    notes = [str(step.detail.get("override", ""))] if step.detail.get("override") else []
    if day := step.detail.get("day"):
        notes.append(str(day))
    return {
        "what": words.HAPPENED[action],
        "who": step.by.display_name if step.by else "",
        "at": step.at,
        "when": times.when(step.at, at),
        "text": step.note,
        "note": " · ".join(notes),
        "kind": "clock" if row.by == "time" else "back" if action.value in ("RETURN", "REFUSE") else "",
    }


def checks_of(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings with their words, the gravest first."""
    names = queries.task_names([one.about for one in found if one.about])
    order = list(Gravity)
    return [
        {
            "title": words.check_title(one.kind),
            "text": words.finding_words(one, names),
            "tone": _GRAVITY_TONES[one.gravity],
            "task_code": one.about if one.about.isdecimal() else "",
        }
        for one in sorted(found, key=lambda one: order.index(one.gravity))
    ]


def temporary_row(item: TemporaryItem, at: datetime, units: dict[str, str]) -> dict[str, Any]:
    """A temporary item as the list shows it."""
    day = at.astimezone(LOCAL).date()
    state = TemporaryState(item.state)
    is_over = state is TemporaryState.CONSENTED and item.valid_to <= day
    runs = queries.runs(item, day)
    return {
        "item": item,
        "name": item.name,
        "unit": units.get(item.unit, item.unit),
        "category": item.category.name,
        "last_day": item.valid_to - timedelta(days=1),
        "state": words.TEMPORARY_STATES[state],
        "runs": runs,
        "is_over": is_over,
        "tone": "off"
        if is_over or state in (TemporaryState.REFUSED, TemporaryState.STOPPED)
        else ("done" if runs else "active"),
        "time": task_words.minutes_words(item.minutes_per_month),
        "limit": task_words.limit_words(item.limit_min, item.clock),
        "asked": times.when(item.asked_at, at),
        "decided": times.when(item.decided_at, at),
    }
