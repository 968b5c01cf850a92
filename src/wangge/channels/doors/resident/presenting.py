"""The pages of a report followed: what progress says, arranged for reading."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wangge.cases.models import Case
from wangge.cases.operations.step5_track import SUPPLEMENT_WITHIN
from wangge.cases.operations.step8_evaluate import RATE_WITHIN, REOPEN_WITHIN
from wangge.cases.queries import agrees_to_sms
from wangge.cases.rules.workflow import ENDED, STAGE_OF
from wangge.cases.types import Action, MediaUse, Rating, State
from wangge.channels.progress import progress
from wangge.channels.words import day_words, moment_words

#: States in which the case ended before its time.
STOPPED = frozenset({State.REFUSED, State.MERGED, State.WITHDRAWN, State.VOIDED})
RATINGS: dict[Rating, tuple[str, str | Promise]] = {
    Rating.SATISFIED: ("face-good", _("Satisfied")),
    Rating.BASICALLY: ("face-fair", _("More or less")),
    Rating.NOT_SATISFIED: ("face-bad", _("Not satisfied")),
}
_THANKS: dict[str, str | Promise] = {
    "supplement": _("Thank you. It was added to your report."),
    "withdraw": _("Your report was withdrawn."),
    "confirm": _("Thank you for confirming."),
    "rate": _("Thank you for your rating."),
    "reopen": _("Your case is open again. We will look at it once more."),
    "object": _("Your objection was received. Somebody else looks at your report again."),
}
ACTIONS = tuple(_THANKS)
_NOT_SATISFIED = _("Thank you for telling us. We are sorry that you are not satisfied.")


def thanks(action: str, rating: str) -> str:
    """What is said after an action; a bad rating is not thanked as if all were well."""
    return str(_NOT_SATISFIED if rating == Rating.NOT_SATISFIED else _THANKS.get(action, ""))


def follow_page(case: Case, at: datetime) -> dict[str, Any]:
    """What `received.html` and `follow.html` show."""
    body = progress(case, at)
    state: State = body["state"]
    said = _said(body)
    return {
        "p": body,
        "now": _now(case, body, at),
        "stage": _stage(body),
        "code": body_code(case.query_code),
        "query_code": case.query_code,
        "steps": [_entry(step, {body["answer"], said}, at) for step in body["steps"]],
        "mine": _media(body, MediaUse.REPORT, MediaUse.SUPPLEMENT),
        "before": _media(body, MediaUse.BEFORE),
        "after": _media(body, MediaUse.AFTER, MediaUse.VERIFICATION),
        "said": said,
        "answered": _answered(body, at),
        "is_former": _is_former(body),
        "sms_agreed": case.case_no in agrees_to_sms([case.case_no]),
        "ended": state is State.EVALUATED,
        "stopped": state in STOPPED,
        "is_over": state in ENDED,
        "may": {str(action) for action in body["actions"]},
        "not_satisfied": body["rating"] == Rating.NOT_SATISFIED,
        "reopen_by": day_words(case.closed_at + REOPEN_WITHIN, at) if case.closed_at else "",
        "ratings": [(rating.value, icon, words) for rating, (icon, words) in RATINGS.items()],
        "rated": RATINGS[Rating(body["rating"])] if body["rating"] else None,
    }


def body_code(code: str) -> str:
    """The code as it is read aloud and copied by hand: two groups of four."""
    return f"{code[:4]} {code[4:]}"


def _said(body: dict[str, Any]) -> str:
    """The words written to the reporter with the present state: a question or a refusal."""
    last = body["steps"][-1] if body["steps"] else None
    asked = last and last["action"] in (Action.RETURN_TO_REPORTER, Action.REFUSE)
    return str(last["note"]) if last and asked else ""


def _now(case: Case, body: dict[str, Any], at: datetime) -> str:
    """Where it stands, with the day until which its reporter may do something."""
    state: State = body["state"]
    if state is State.EVALUATED and body["rating"] == Rating.NOT_SATISFIED:
        return str(_("We are sorry that you are not satisfied with the answer."))
    if state is State.RETURNED:
        lapses_at = body["steps"][-1]["at"] + SUPPLEMENT_WITHIN
        more = str(_("Please add it by {day}; after that the report lapses.")).format(day=day_words(lapses_at, at))
    elif state is State.CLOSED and case.closed_at:
        rate_by, reopen_by = (day_words(case.closed_at + within, at) for within in (RATE_WITHIN, REOPEN_WITHIN))
        words = _(
            "You may rate it until {rate_by}; if it isn’t solved, you may have it opened again until {reopen_by}."
        )
        more = str(words).format(rate_by=rate_by, reopen_by=reopen_by)
    else:
        return str(body["now"])
    return str(_("{first} {second}")).format(first=body["now"], second=more)


def _stage(body: dict[str, Any]) -> str:
    """The stage of the line; of a case that stopped early, the one it had come to."""
    stopped = body["state"] in STOPPED and len(body["steps"]) > 1
    return str(STAGE_OF[body["steps"][-2]["state"]] if stopped else body["stage"])


def _last(body: dict[str, Any], action: Action) -> int:
    """Where among the steps the action was last taken; -1 if never."""
    return max((n for n, step in enumerate(body["steps"]) if step["action"] == action), default=-1)


def _is_former(body: dict[str, Any]) -> bool:
    """The case was opened again after the answer."""
    return _last(body, Action.REOPEN) > _last(body, Action.FEEDBACK)


def _answered(body: dict[str, Any], at: datetime) -> str:
    """When the answer was given."""
    last = _last(body, Action.FEEDBACK)
    return moment_words(body["steps"][last]["at"], at) if last >= 0 else ""


def _entry(step: dict[str, Any], shown: set[str], at: datetime) -> dict[str, Any]:
    """A step of the timeline, without words that stand above it already."""
    back = step["action"] in (Action.RETURN_TO_REPORTER, Action.REFUSE, Action.REWORK, Action.REOPEN)
    return {
        "what": step["words"],
        "text": "" if step["note"] in shown else step["note"],
        "at": step["at"],
        "when": moment_words(step["at"], at),
        "kind": "back" if back else "",
    }


def _media(body: dict[str, Any], *uses: MediaUse) -> list[dict[str, Any]]:
    return [
        {"kind": one["kind"], "url": one["url"], "thumb_url": one["thumbnail_url"]}
        for one in body["media"]
        if one["use"] in uses
    ]
