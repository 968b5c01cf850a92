"""The desk's words: what one does, what has happened, why something is closed. For colleagues, not for reporters."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.types import Action, Channel, Light, PlaceSource, Rating, State, Weight
from wangge.channels.words import refusal_words

Words = str | Promise

#: On a button: what I do.
ACTIONS: dict[str, Words] = {
    Action.ACCEPT: pgettext_lazy("action", "Accept"),
    Action.RETURN_TO_REPORTER: pgettext_lazy("action", "Ask for more"),
    Action.REFUSE: pgettext_lazy("action", "Refuse"),
    Action.MERGE: pgettext_lazy("action", "Merge"),
    Action.UNMERGE: pgettext_lazy("action", "Take out of the merge"),
    Action.SUPPLEMENT: pgettext_lazy("action", "Add a note"),
    Action.SELF_HANDLE: pgettext_lazy("action", "Handle in the grid"),
    Action.DISPATCH: pgettext_lazy("action", "Dispatch"),
    Action.SIGN: pgettext_lazy("action", "Sign for it"),
    Action.TRANSFER: pgettext_lazy("action", "Transfer"),
    Action.SUBMIT_RESULT: pgettext_lazy("action", "Submit result"),
    Action.VERIFY: pgettext_lazy("action", "Verify"),
    Action.REWORK: pgettext_lazy("action", "Send back"),
    Action.FEEDBACK: pgettext_lazy("action", "Answer and close"),
    Action.RATE: pgettext_lazy("action", "Record the rating"),
    Action.REOPEN: pgettext_lazy("action", "Re-open"),
}

#: Said after it is done, before the number of the case.
DONE: dict[str, Words] = {
    Action.ACCEPT: _("Accepted"),
    Action.RETURN_TO_REPORTER: _("The reporter is asked for more"),
    Action.REFUSE: _("Refused, the reporter is told why"),
    Action.MERGE: _("Merged into {into}"),
    Action.UNMERGE: _("Taken out of the merge"),
    Action.SUPPLEMENT: _("Noted"),
    Action.SELF_HANDLE: _("Being handled in the grid"),
    Action.DISPATCH: _("Dispatched to {unit}"),
    Action.SIGN: _("Signed for"),
    Action.TRANSFER: _("Transferred to {unit}"),
    Action.SUBMIT_RESULT: _("Result submitted, somebody else verifies it"),
    Action.VERIFY: _("Verified"),
    Action.REWORK: _("Sent back to the handler"),
    Action.FEEDBACK: _("Answered and closed"),
    Action.RATE: _("Rating recorded"),
    Action.REOPEN: _("Re-opened"),
}

#: In the history: what happened.
HAPPENED: dict[str, Words] = {
    Action.SUBMIT: pgettext_lazy("history", "Reported"),
    Action.ACCEPT: pgettext_lazy("history", "Accepted"),
    Action.RETURN_TO_REPORTER: pgettext_lazy("history", "Reporter asked for more"),
    Action.REFUSE: pgettext_lazy("history", "Refused"),
    Action.MERGE: pgettext_lazy("history", "Merged into {into}"),
    Action.UNMERGE: pgettext_lazy("history", "Taken out of the merge"),
    Action.SUPPLEMENT: pgettext_lazy("history", "Supplemented"),
    Action.WITHDRAW: pgettext_lazy("history", "Withdrawn"),
    Action.OBJECT: pgettext_lazy("history", "Reporter objected"),
    Action.SELF_HANDLE: pgettext_lazy("history", "Taken on in the grid"),
    Action.DISPATCH: pgettext_lazy("history", "Dispatched to {unit}"),
    Action.SIGN: pgettext_lazy("history", "Signed for"),
    Action.TRANSFER: pgettext_lazy("history", "Transferred to {unit}"),
    Action.ESCALATE: pgettext_lazy("history", "Passed up to {unit}"),
    Action.SUBMIT_RESULT: pgettext_lazy("history", "Result submitted"),
    Action.SUSPEND: pgettext_lazy("history", "Suspended"),
    Action.RESUME: pgettext_lazy("history", "Resumed"),
    Action.VERIFY: pgettext_lazy("history", "Verified"),
    Action.REWORK: pgettext_lazy("history", "Sent back for rework"),
    Action.FEEDBACK: pgettext_lazy("history", "Answered and closed"),
    Action.RATE: pgettext_lazy("history", "Rated"),
    Action.ARCHIVE: pgettext_lazy("history", "Filed, nobody rated"),
    Action.REOPEN: pgettext_lazy("history", "Re-opened"),
    Action.URGE: pgettext_lazy("history", "Urged"),
    Action.SUPERVISE: pgettext_lazy("history", "Supervision order"),
    Action.RELEASE: pgettext_lazy("history", "Supervision released"),
    Action.VOID: pgettext_lazy("history", "Voided"),
}

#: Who does it, said to those who may not.
WHO: dict[str, Words] = {
    Action.ACCEPT: _("The intake desk of the county or the township accepts reports."),
    Action.RETURN_TO_REPORTER: _("The intake desk asks reporters for more."),
    Action.REFUSE: _("The intake desk decides this."),
    Action.MERGE: _("The intake desk merges reports."),
    Action.UNMERGE: _("The intake desk takes reports out of a merge."),
    Action.SUPPLEMENT: _("The reporter or the intake desk adds to a report."),
    Action.SELF_HANDLE: _("The grid worker of the place takes this on."),
    Action.DISPATCH: _("Only the dispatchers of county and township send cases out."),
    Action.SIGN: _("The unit it was sent to signs for it."),
    Action.TRANSFER: _("The unit that has it, or a dispatcher, transfers it."),
    Action.SUBMIT_RESULT: _("Whoever handles the case submits its result."),
    Action.VERIFY: _("A grid worker of the place verifies it."),
    Action.REWORK: _("Whoever verifies sends it back."),
    Action.FEEDBACK: _("The desk answers the reporter."),
    Action.RATE: _("The reporter rates; a revisit clerk may record it."),
    Action.REOPEN: _("The reporter or a supervisor re-opens a case."),
}
_WHY: dict[str, Words] = {
    "cases.own_result": _("Nobody verifies a result of their own."),
    "cases.not_the_handler": _("Somebody else is handling this case."),
    "console.no_unit_in_reach": _("No unit is in reach from here: the unit has no parts, and this desk commands none."),
}

_RULES: dict[str, Words] = {
    "words": _("matched words: {words}"),
    "reporter_chose": _("chosen by the reporter"),
    "place_first": _("events go to the place first, then to the owner (先属地、后属主)"),
    "enforcement": _("enforcement matters go to the integrated enforcement team"),
    "owner_department": _("the task list names this department"),
}
_CHANNELS: dict[str, Words] = {
    Channel.RESIDENT: pgettext_lazy("channel", "Resident page"),
    Channel.HOTLINE: pgettext_lazy("channel", "Hotline"),
    Channel.WORKER: pgettext_lazy("channel", "Grid worker"),
    Channel.DESK: pgettext_lazy("channel", "Desk"),
    Channel.API: pgettext_lazy("channel", "API"),
}
_REPORTS: dict[str, Words] = {
    Channel.RESIDENT: _("Report of a resident · {place}"),
    Channel.HOTLINE: _("Call to the hotline · {place}"),
    Channel.WORKER: _("Report of a grid worker · {place}"),
    Channel.DESK: _("Report of the desk · {place}"),
    Channel.API: _("Report · {place}"),
}
_SOURCES: dict[str, Words] = {
    PlaceSource.GPS: _("by GPS"),
    PlaceSource.MAP_PIN: _("by a pin on the map"),
    PlaceSource.PHOTO: _("from a photo"),
    PlaceSource.ADDRESS: _("by address only"),
    PlaceSource.DESK: _("set by the desk"),
}
WEIGHTS: dict[str, Words] = {
    Weight.SIMPLE: pgettext_lazy("weight", "Simple"),
    Weight.GENERAL: pgettext_lazy("weight", "General"),
    Weight.PROMINENT: pgettext_lazy("weight", "Prominent"),
    Weight.MAJOR: pgettext_lazy("weight", "Major"),
}
RATINGS: dict[str, Words] = {
    Rating.SATISFIED: _("Satisfied"),
    Rating.BASICALLY: _("Basically satisfied"),
    Rating.NOT_SATISFIED: _("Not satisfied"),
}
#: The words of parts/state_word.html, for lists of choices and files.
STATES: dict[str, Words] = {
    State.REPORTED: pgettext_lazy("state", "To be accepted"),
    State.RETURNED: pgettext_lazy("state", "More details needed"),
    State.ACCEPTED: pgettext_lazy("state", "Accepted"),
    State.DISPATCHED: pgettext_lazy("state", "To be signed for"),
    State.RETURN_REQUESTED: pgettext_lazy("state", "Return requested"),
    State.IN_PROGRESS: pgettext_lazy("state", "In progress"),
    State.SUSPENDED: pgettext_lazy("state", "Suspended"),
    State.DISPOSED: pgettext_lazy("state", "To be verified"),
    State.REWORK: pgettext_lazy("state", "Back for rework"),
    State.VERIFIED: pgettext_lazy("state", "Verified"),
    State.CLOSED: pgettext_lazy("state", "Closed"),
    State.EVALUATED: pgettext_lazy("state", "Rated and filed"),
    State.REFUSED: pgettext_lazy("state", "Not accepted"),
    State.MERGED: pgettext_lazy("state", "Merged"),
    State.WITHDRAWN: pgettext_lazy("state", "Withdrawn"),
    State.VOIDED: pgettext_lazy("state", "Voided"),
}
LIGHTS: dict[str, Words] = {
    Light.GREEN: pgettext_lazy("light", "On time"),
    Light.YELLOW: pgettext_lazy("light", "Due soon"),
    Light.RED: pgettext_lazy("light", "Overdue"),
    Light.GREY: pgettext_lazy("light", "Paused"),
}
_KINDS: dict[str, Words] = {
    "ANONYMOUS": _("Reporter"),
    "REPORTER": _("Reporter"),
    "SYSTEM": _("System"),
}


def action_words(action: str) -> str:
    """An action as a button says it."""
    return str(ACTIONS.get(action, action))


def done_words(action: str, *, unit: str = "", into: str = "") -> str:
    """What is said when it is done."""
    return str(DONE.get(action, action_words(action))).format(unit=unit, into=into)


def why_closed(action: str, code: str) -> str:
    """Why an action is closed to this reader."""
    return str(_WHY.get(code) or WHO.get(action, ""))


def happened_words(action: str, unit: str, detail: Mapping[str, object]) -> str:
    """One line of the history."""
    return str(HAPPENED.get(action, action)).format(unit=unit or "—", into=detail.get("into", ""))


def said_with(action: str, detail: Mapping[str, object], tasks: Mapping[str, str]) -> str:
    """What was decided with a step, beside the words of whoever took it."""
    parts: list[str] = []
    if code := str(detail.get("task_code", "")):
        parts.append(f"{tasks.get(code, '')} ({code})")
    if weight := WEIGHTS.get(str(detail.get("weight", ""))):
        parts.append(str(weight))
    if reason := detail.get("reason"):
        parts.append(refusal_words(str(reason)) or str(reason))
    if rating := RATINGS.get(str(detail.get("rating", ""))):
        parts.append(str(rating))
    if detail.get("place"):
        parts.append(translate("put on the map by the desk"))
    return " · ".join(parts)


def rule_words(reason: Mapping[str, object]) -> str:
    """One reason of a suggestion."""
    words = reason.get("words")
    joined = translate(", ").join(str(word) for word in words) if isinstance(words, list) else ""
    return str(_RULES.get(str(reason.get("rule", "")), "")).format(words=joined)


def channel_words(channel: str) -> str:
    """The door a report came in by."""
    return str(_CHANNELS.get(channel, channel))


def report_words(channel: str, place: str) -> str:
    """What a report is called before it has a task."""
    return str(_REPORTS.get(channel, "{place}")).format(place=place)


def source_words(source: str) -> str:
    """How the place was given."""
    return str(_SOURCES.get(source, ""))


def mover_words(actor_kind: str) -> str:
    """Who acts without a post."""
    return str(_KINDS.get(actor_kind, ""))
