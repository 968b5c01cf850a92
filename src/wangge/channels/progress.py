"""What a reporter sees of a report: the steps in plain words, the reasons, and what can be done now."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from wangge.cases import queries
from wangge.cases.choices import choices
from wangge.cases.clocks import settled_by
from wangge.cases.models import Case, CaseMedia, CaseStep
from wangge.cases.presenting import media_body, place_name
from wangge.cases.rules.workflow import STAGE_OF
from wangge.cases.types import Action, State
from wangge.catalogue.queries import task_names
from wangge.channels.words import happened, now_words, refusal_words
from wangge.foundation.access import REPORTER
from wangge.grids.queries import names as place_names
from wangge.workforce.queries import unit_names

#: Steps a reporter is told; what units say to each other stays inside.
TOLD = frozenset(
    {
        Action.SUBMIT, Action.ACCEPT, Action.RETURN_TO_REPORTER, Action.REFUSE, Action.MERGE, Action.SUPPLEMENT,
        Action.WITHDRAW, Action.SELF_HANDLE, Action.DISPATCH, Action.SIGN, Action.TRANSFER, Action.SUBMIT_RESULT,
        Action.VERIFY, Action.REWORK, Action.FEEDBACK, Action.RATE, Action.ARCHIVE, Action.REOPEN, Action.SUSPEND,
        Action.RESUME, Action.VOID, Action.UNMERGE, Action.OBJECT, Action.ESCALATE,
    }
)  # fmt: skip
#: Of these the words written to the reporter are shown as they are.
_ADDRESSED = frozenset(
    {Action.RETURN_TO_REPORTER, Action.REFUSE, Action.FEEDBACK, Action.SUPPLEMENT, Action.REOPEN, Action.OBJECT}
)


def progress(case: Case, at: datetime) -> dict[str, Any]:
    """The report's progress: state, words for now, steps so far, media, and what its reporter may do."""
    state = State(case.state)
    steps = [step for step in queries.steps_of(case) if Action(step.action) in TOLD]
    main = queries.main_case_of(case)
    units = unit_names([str(step.detail.get("unit", "")) for step in steps] + [case.unit, main.unit])
    places = place_names({case.area, case.area[:12], case.area[:9]})
    return {
        "case_no": case.case_no,
        "state": state,
        "stage": STAGE_OF[state],
        "now": _now(case, main, units, at),
        "text": case.text,
        "address": case.address,
        "grid_code": case.area if len(case.area) == 15 else None,
        "place_name": place_name(case.area, places),
        "task_name": task_names([case.task_code]).get(case.task_code, ""),
        "reported_at": case.reported_at,
        "due_at": _due_at(main, at),
        "answer": _answer(steps if main is case else queries.steps_of(main)),
        "reason": _reason(steps),
        "rating": case.rating,
        "reopen_no": case.reopen_no,
        "steps": [
            {
                "action": step.action,
                "state": step.to_state,
                "at": step.at,
                "words": happened(Action(step.action), units.get(str(step.detail.get("unit", "")), "")),
                "note": step.note if Action(step.action) in _ADDRESSED else "",
            }
            for step in steps
        ],
        "media": [_media_body(one, case.query_code) for one in queries.media_of(case)],
        "actions": [one.action for one in choices(case, REPORTER, at) if one.allowed],
    }


def _now(case: Case, main: Case, units: dict[str, str], at: datetime) -> str:
    """Where it stands; a report that was merged goes on to tell where its main case stands."""
    words = now_words(State(case.state), units.get(case.unit, ""), _due_at(case, at), at)
    if main is case:
        return words
    its_state = _AS_FOLLOWED.get(State(main.state), State(main.state))
    rest = now_words(its_state, units.get(main.unit, ""), _due_at(main, at), at)
    return str(_("{first} {second}")).format(first=words, second=rest)


def _due_at(case: Case, at: datetime) -> datetime | None:
    """What is promised to reporters is when the matter is settled, not when a unit signs for it."""
    return settled_by(case, at) if case.state == State.DISPATCHED else case.due_at


#: What is asked of the reporter of a main case isn't asked of those who follow it.
_AS_FOLLOWED = {State.CLOSED: State.EVALUATED, State.RETURNED: State.REPORTED}


def _answer(steps: list[CaseStep]) -> str:
    return next((step.note for step in reversed(steps) if step.action == Action.FEEDBACK), "")


def _media_body(one: CaseMedia, query_code: str) -> dict[str, Any]:
    body = media_body(one)
    body["url"] = f"/r/{query_code}{body['url']}"
    if body["thumbnail_url"]:
        body["thumbnail_url"] = f"/r/{query_code}{body['thumbnail_url']}"
    return body


def _reason(steps: list[Any]) -> str:
    last = steps[-1] if steps else None
    if last is None or last.action != Action.REFUSE:
        return ""
    return refusal_words(str(last.detail.get("reason", "")))
