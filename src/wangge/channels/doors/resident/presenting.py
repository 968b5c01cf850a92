"""The pages of a report followed: what progress says, arranged for reading."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from wangge.cases.models import Case
from wangge.cases.rules.workflow import ENDED
from wangge.cases.types import Action, MediaUse, Rating, State
from wangge.channels.progress import progress
from wangge.channels.words import moment_words

#: States in which the case ended before its time.
STOPPED = frozenset({State.REFUSED, State.MERGED, State.WITHDRAWN, State.VOIDED})
RATINGS: dict[Rating, tuple[str, str | Promise]] = {
    Rating.SATISFIED: ("face-good", _("Satisfied")),
    Rating.BASICALLY: ("face-fair", _("More or less")),
    Rating.NOT_SATISFIED: ("face-bad", _("Not satisfied")),
}
THANKS: dict[str, str | Promise] = {
    "supplement": _("Thank you. It was added to your report."),
    "withdraw": _("Your report was withdrawn."),
    "confirm": _("Thank you for confirming."),
    "rate": _("Thank you for your rating."),
    "reopen": _("Your case is open again. We will look at it once more."),
}


def follow_page(case: Case, at: datetime) -> dict[str, Any]:
    """What `received.html` and `follow.html` show."""
    body = progress(case, at)
    state: State = body["state"]
    said = _said(body)
    return {
        "p": body,
        "code": body_code(case.query_code),
        "query_code": case.query_code,
        "steps": [_entry(step, {body["answer"], said}, at) for step in body["steps"]],
        "mine": _media(body, MediaUse.REPORT, MediaUse.SUPPLEMENT),
        "before": _media(body, MediaUse.BEFORE),
        "after": _media(body, MediaUse.AFTER, MediaUse.VERIFICATION),
        "said": said,
        "ended": state is State.EVALUATED,
        "stopped": state in STOPPED,
        "is_over": state in ENDED,
        "may": {str(action) for action in body["actions"]},
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
