"""Standard Webhooks: what is signed how, which events a target sees, when one tries again, when one stops."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from wangge.cases.types import Action
from wangge.foundation.errors import Invalid
from wangge.notices.types import EventGroup, Outcome, WhyOff

PREFIX = "whsec_"
LARGEST_BODY = 20_000
#: Seconds before each attempt, as the standard has them.
WAITS_S = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
#: A receiver may ask for patience, for a day at most.
LONGEST_WAIT_S = 86_400
#: For how long both secrets sign after a change.
BOTH_SIGN_FOR = timedelta(hours=24)
_ASKS_FOR_PATIENCE = frozenset({429, 502, 503, 504})
_GONE = 410

A, G = Action, EventGroup
TEST = "wangge.test"

#: What a target may ask for. What isn't here is nobody's business outside.
GROUPS: dict[EventGroup, tuple[str, ...]] = {
    G.INTAKE: (
        A.SUBMIT, A.ACCEPT, A.RETURN_TO_REPORTER, A.SUPPLEMENT, A.REFUSE, A.OBJECT, A.MERGE, A.UNMERGE, A.WITHDRAW,
        A.VOID,
    ),
    G.DISPATCH: (
        A.SELF_HANDLE, A.DISPATCH, A.TRANSFER, A.ASSIST, A.SIGN, A.REQUEST_RETURN, A.UPHOLD_RETURN, A.REFUSE_RETURN,
        A.ESCALATE,
    ),
    G.HANDLING: (
        A.START_JOINT_HANDLING, A.END_SUB_CASE, A.REQUEST_EXTENSION, A.APPROVE_EXTENSION, A.REFUSE_EXTENSION,
        A.REQUEST_SUSPENSION, A.SUSPEND, A.REFUSE_SUSPENSION, A.RESUME, A.SUBMIT_RESULT,
    ),
    G.ANSWER: (A.VERIFY, A.REWORK, A.FEEDBACK, A.RATE, A.ARCHIVE, A.REOPEN),
    G.SUPERVISION: (A.URGE, A.SUPERVISE, A.ACKNOWLEDGE, A.REPLY, A.RELEASE, "light_turned"),
}  # fmt: skip
_GROUP_OF = {f"cases.case.{happened}": group for group, members in GROUPS.items() for happened in members}
#: What goes out of an event's payload; anything else stays in the house.
_SAID = ("state", "from_state", "light", "clock")


class BadSecret(Invalid):
    """The secret is not one of ours."""

    code = "notices.bad_secret"


def secret_of(key: bytes) -> str:
    """A secret as it is handed over: ``whsec_`` and the key in base64."""
    return PREFIX + base64.b64encode(key).decode()


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """``v1,…`` of one secret over ``id.timestamp.body``."""
    if not secret.startswith(PREFIX):
        raise BadSecret
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(base64.b64decode(secret.removeprefix(PREFIX)), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers(secrets: Iterable[str], message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The three headers of the standard; during a change of secrets with both signatures."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(secret, message_id, timestamp, body) for secret in secrets),
    }


def group_of(event_type: str) -> EventGroup | None:
    """The group of an event; None for what never leaves the house."""
    return _GROUP_OF.get(event_type)


def outside_type(event_type: str) -> str:
    """``case.dispatch`` of ``cases.case.dispatch``: the noun and what happened to it."""
    return event_type.removeprefix("cases.")


def sees(*, groups: Iterable[str], area: str, unit: str, event_type: str, event_area: str, event_unit: str) -> bool:
    """Whether a target of that area (and unit, if it has one) is told; no groups mean all."""
    group = group_of(event_type)
    wanted = frozenset(groups)
    if group is None or (wanted and group not in wanted) or (unit and unit != event_unit):
        return False
    return event_area.startswith(area)


def data_of(*, case_no: str, area: str, unit: str, at: datetime, payload: Mapping[str, object]) -> dict[str, object]:
    """What is said about the case: its number, state, place, unit and times. Nothing of any person."""
    said = {name: payload[name] for name in _SAID if payload.get(name)}
    return {"case_no": case_no, "area": area, "unit": unit or None, "at": at.isoformat(), **said}


def is_taken(outcome: Outcome) -> bool:
    """2xx, and nothing else: a redirection is not followed."""
    return outcome.status is not None and 200 <= outcome.status < 300


def next_attempt(attempts: int, outcome: Outcome, at: datetime, *, jitter: float) -> datetime | WhyOff:
    """When to try again after so many failed attempts, or why not any more. `jitter` is from 0 to 1."""
    if outcome.status == _GONE:
        return WhyOff.GONE
    if attempts >= len(WAITS_S):
        return WhyOff.GAVE_UP
    wait_s = WAITS_S[attempts] * (1 + jitter / 10)
    if outcome.status in _ASKS_FOR_PATIENCE and outcome.retry_after_s is not None:
        wait_s = max(wait_s, min(outcome.retry_after_s, LONGEST_WAIT_S))
    return at + timedelta(seconds=wait_s)


def retry_after(value: str | None, at: datetime) -> int | None:
    """Seconds of a ``Retry-After`` header: a number or a date; None for anything else."""
    if not value:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return int(value.strip()[:9])
    try:
        then = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(int((then - at).total_seconds()), 0) if then.tzinfo else None
