"""Text messages to reporters: which event makes which, to what number one can be sent, when one gives up."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from wangge.cases.types import Action
from wangge.notices.rules.telling import CASE
from wangge.notices.rules.webhooks import is_taken, next_attempt
from wangge.notices.types import Failure, Outcome, TextKind

#: The answer to a case, and to every report merged into it.
ANSWER = CASE + Action.FEEDBACK
#: A refusal is an answer too, with its reason on the page.
TEXTS: dict[str, TextKind] = {
    CASE + Action.SUBMIT: TextKind.RECEIVED,
    CASE + Action.RETURN_TO_REPORTER: TextKind.NEEDS_MORE,
    CASE + Action.REFUSE: TextKind.ANSWERED,
    ANSWER: TextKind.ANSWERED,
}
#: What is a day old is no news by text message: nobody sends it any more.
DEAD_AFTER = timedelta(days=1)
#: Whoever types somebody else's number must not be able to make it ring all day. Our own reading.
PER_NUMBER_AND_DAY = 10
#: Trying again can't help.
_FINAL = frozenset({Failure.NO_NUMBER, Failure.NOT_WANTED})
_MOBILE = re.compile(r"(?:\+86)?(1[3-9]\d{9})")
_ABROAD = re.compile(r"\+(?!86)[1-9]\d{7,14}")


def mobile_number(typed: str) -> str | None:
    """The number as the world writes it (``+8613800000000``); None for a landline and for what is no number."""
    plain = re.sub(r"[\s() -]", "", typed)
    if here := _MOBILE.fullmatch(plain):
        return f"+86{here[1]}"
    return plain if _ABROAD.fullmatch(plain) else None


def next_try(attempts: int, outcome: Outcome, *, written_at: datetime, at: datetime, jitter: float) -> datetime | None:
    """When to try again after so many attempts, like a webhook's; None when it was taken or there is no sense in it."""
    if is_taken(outcome) or outcome.failure in _FINAL:
        return None
    following = next_attempt(attempts, outcome, at, jitter=jitter)
    if not isinstance(following, datetime) or following >= written_at + DEAD_AFTER:
        return None
    return following
