"""The desk's words: what one does, what has happened, why something is closed. For colleagues, not for reporters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.rules.clock import ClockKind
from wangge.cases.types import (
    Action,
    Channel,
    EscalationReason,
    HandlingLevel,
    Light,
    PlaceSource,
    Rating,
    State,
    SuspensionReason,
    VoidReason,
    Weight,
)
from wangge.channels.words import refusal_words
from wangge.foundation.worktime import LOCAL, Clock

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
    Action.REQUEST_RETURN: pgettext_lazy("action", "Ask to return it"),
    Action.UPHOLD_RETURN: pgettext_lazy("action", "Uphold the return"),
    Action.REFUSE_RETURN: pgettext_lazy("action", "Refuse the return"),
    Action.ESCALATE: pgettext_lazy("action", "Pass up"),
    Action.START_JOINT_HANDLING: pgettext_lazy("action", "Handle jointly"),
    Action.REQUEST_EXTENSION: pgettext_lazy("action", "Ask for more time"),
    Action.APPROVE_EXTENSION: pgettext_lazy("action", "Grant more time"),
    Action.REFUSE_EXTENSION: pgettext_lazy("action", "Refuse more time"),
    Action.REQUEST_SUSPENSION: pgettext_lazy("action", "Ask to suspend"),
    Action.SUSPEND: pgettext_lazy("action", "Suspend"),
    Action.REFUSE_SUSPENSION: pgettext_lazy("action", "Refuse to suspend"),
    Action.RESUME: pgettext_lazy("action", "Resume"),
    Action.URGE: pgettext_lazy("action", "Urge"),
    Action.SUPERVISE: pgettext_lazy("action", "Open a supervision order"),
    Action.ACKNOWLEDGE: pgettext_lazy("action", "Acknowledge the order"),
    Action.REPLY: pgettext_lazy("action", "Reply to the order"),
    Action.RELEASE: pgettext_lazy("action", "Release the order"),
    Action.VOID: pgettext_lazy("action", "Void"),
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
    Action.REQUEST_RETURN: _("The shift leader decides on the return; the clock runs on"),
    Action.UPHOLD_RETURN: _("Return upheld, dispatched to {unit}"),
    Action.REFUSE_RETURN: _("Return refused, the case stays with the unit"),
    Action.ESCALATE: _("Passed up, the higher level dispatches it"),
    Action.START_JOINT_HANDLING: _("Each unit has its part now"),
    Action.REQUEST_EXTENSION: _("More time asked for; until it is decided the old deadline holds"),
    Action.APPROVE_EXTENSION: _("More time granted"),
    Action.REFUSE_EXTENSION: _("More time refused"),
    Action.REQUEST_SUSPENSION: _("The centre leader decides; the clock runs on until then"),
    Action.SUSPEND: pgettext_lazy("done", "Suspended"),
    Action.REFUSE_SUSPENSION: _("Suspension refused"),
    Action.RESUME: pgettext_lazy("done", "Resumed"),
    Action.URGE: _("Urged"),
    Action.SUPERVISE: _("Supervision order opened"),
    Action.ACKNOWLEDGE: _("Receipt given"),
    Action.REPLY: _("Reply sent to the supervisor"),
    Action.RELEASE: _("Supervision order released"),
    Action.VOID: pgettext_lazy("done", "Voided"),
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
    Action.ESCALATE: pgettext_lazy("history", "Passed up"),
    Action.REQUEST_RETURN: pgettext_lazy("history", "Unit asked to return it"),
    Action.UPHOLD_RETURN: pgettext_lazy("history", "Return upheld, dispatched to {unit}"),
    Action.REFUSE_RETURN: pgettext_lazy("history", "Return refused"),
    Action.START_JOINT_HANDLING: pgettext_lazy("history", "Joint handling began"),
    Action.ASSIST: pgettext_lazy("history", "Part given to {unit}"),
    Action.END_SUB_CASE: pgettext_lazy("history", "A part has ended"),
    Action.REQUEST_EXTENSION: pgettext_lazy("history", "More time asked for"),
    Action.APPROVE_EXTENSION: pgettext_lazy("history", "More time granted"),
    Action.REFUSE_EXTENSION: pgettext_lazy("history", "More time refused"),
    Action.REQUEST_SUSPENSION: pgettext_lazy("history", "Suspension asked for"),
    Action.REFUSE_SUSPENSION: pgettext_lazy("history", "Suspension refused"),
    Action.ACKNOWLEDGE: pgettext_lazy("history", "Receipt of the order"),
    Action.REPLY: pgettext_lazy("history", "Reply to the order"),
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
    Action.REQUEST_RETURN: _("The unit that has the case asks to return it."),
    Action.UPHOLD_RETURN: _("The shift leader decides on returns."),
    Action.REFUSE_RETURN: _("The shift leader decides on returns."),
    Action.ESCALATE: _("Whoever handles the case, or the township’s desk, passes it up."),
    Action.START_JOINT_HANDLING: _("The lead unit or a dispatcher brings in other units."),
    Action.REQUEST_EXTENSION: _("Whoever handles the case asks for more time."),
    Action.APPROVE_EXTENSION: _("The shift leader grants the first extension, the centre leader a second."),
    Action.REFUSE_EXTENSION: _("The shift leader or the centre leader decides on more time."),
    Action.REQUEST_SUSPENSION: _("Whoever handles the case asks to suspend it."),
    Action.SUSPEND: _("The centre leader decides on suspensions."),
    Action.REFUSE_SUSPENSION: _("The centre leader decides on suspensions."),
    Action.RESUME: _("Whoever handles the case or the centre leader resumes it."),
    Action.URGE: _("The desk and the supervisor urge."),
    Action.SUPERVISE: _("The supervisor and the centre leader open supervision orders."),
    Action.ACKNOWLEDGE: _("Whoever handles the case answers the order."),
    Action.REPLY: _("Whoever handles the case answers the order."),
    Action.RELEASE: _("The supervisor and the centre leader release orders."),
    Action.VOID: _("The shift leader voids what should not have become a case."),
}
_WHY: dict[str, Words] = {
    "cases.own_result": _("Nobody verifies a result of their own."),
    "cases.not_the_handler": _("Somebody else is handling this case."),
    "cases.needs_another_role": _("What the grid settled itself is checked by the grid leader or the community."),
    "cases.sub_cases_open": _("Parts of this joint case are still open; the whole is checked when they have ended."),
    "cases.own_request": _("Nobody decides a request of their own."),
    "catalogue.not_admitted": _("Its task is not on the list in force, so it isn’t asked of a grid."),
    "cases.not_a_grid_matter": _("A matter of this task or weight is not settled in the grid."),
    "cases.passed_up": _("It was passed up: the county’s centre dispatches it."),
    "cases.passed_up_already": _("It was passed up: the grid doesn’t settle it any more."),
    "cases.return_refused_already": _("The shift leader has decided that the case stays with this unit."),
    "cases.refused_by_yourself": _("The reporter objected to your refusal: somebody else decides now."),
    "cases.second_extension": _("It was extended before: the centre leader grants a second time."),
    "cases.too_late_to_extend": _("The deadline has passed; more time is asked for before it."),
    "cases.too_late_to_reopen": _("It closed too long ago to be opened again."),
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
LEVELS: dict[str, Words] = {
    HandlingLevel.GRID: pgettext_lazy("level", "Grid"),
    HandlingLevel.COMMUNITY: pgettext_lazy("level", "Community"),
    HandlingLevel.TOWNSHIP: pgettext_lazy("level", "Township"),
    HandlingLevel.COUNTY: pgettext_lazy("level", "County"),
    HandlingLevel.ENFORCEMENT: pgettext_lazy("level", "Enforcement"),
}
ESCALATIONS: dict[str, Words] = {
    EscalationReason.BEYOND_POWERS: _("It is beyond our powers"),
    EscalationReason.BEYOND_MEANS: _("It is beyond our means"),
    EscalationReason.SEVERAL_PARTIES: _("Several departments are needed"),
    EscalationReason.NEEDS_ENFORCEMENT: _("It needs enforcement"),
    EscalationReason.RISK_TO_SAFETY: _("There is a risk to safety"),
}
SUSPENSIONS: dict[str, Words] = {
    SuspensionReason.SEASON: _("The season: planting, weather, high water"),
    SuspensionReason.WORKS: _("Works that take their time"),
    SuspensionReason.CONDITION: _("A condition is not given yet"),
}
VOIDS: dict[str, Words] = {
    VoidReason.TEST: _("A test or an exercise"),
    VoidReason.ENTERED_TWICE: _("Entered twice by us"),
    VoidReason.ENTERED_BY_MISTAKE: _("Entered by mistake"),
}
_BY_ITSELF: dict[str, Words] = {
    "OVERDUE": _("The deadline has passed"),
    "LAPSED": _("Nobody answered our question in time"),
    "PLANNED": _("The planned day has come"),
    "NOT_SAMPLED": _("Not drawn for a check"),
    "SETTLED_IN_GRID": _("Settled in the grid"),
    "PART_DONE": _("This part of a joint case is done"),
    "CASE_ENDED": _("The case has ended"),
    "MAIN_ENDED": _("The main case has ended"),
}
CLOCKS: dict[str, Words] = {
    ClockKind.ACCEPTANCE: pgettext_lazy("clock", "Acceptance"),
    ClockKind.SIGNING: pgettext_lazy("clock", "Signing"),
    ClockKind.HANDLING: pgettext_lazy("clock", "Handling"),
    ClockKind.VERIFICATION: pgettext_lazy("clock", "Verification"),
    ClockKind.FEEDBACK: pgettext_lazy("clock", "Answer"),
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
    if reason := str(detail.get("reason", "")):
        parts.append(reason_words(reason))
    if action == Action.ESCALATE and (level := LEVELS.get(str(detail.get("level", "")))):
        parts.append(str(level))
    if until := str(detail.get("until", "")):
        parts.append(translate("until {until}").format(until=until_words(until)))
    if order := str(detail.get("order", "")):
        parts.append(order)
    if part := str(detail.get("sub_case", "")):
        parts.append(part)
    if rating := RATINGS.get(str(detail.get("rating", ""))):
        parts.append(str(rating))
    if detail.get("place"):
        parts.append(translate("put on the map by the desk"))
    return " · ".join(parts)


def reason_words(reason: str) -> str:
    """A reason of one of the closed lists, whoever gave it."""
    lists = (ESCALATIONS, SUSPENSIONS, VOIDS, _BY_ITSELF)
    known = next((str(words[reason]) for words in lists if reason in words), "")
    return known or refusal_words(reason) or reason


def minutes_words(minutes: float, clock: str) -> str:
    """A length of time of a clock: working hours and days, or natural ones."""
    if minutes < HOUR_MIN:
        return translate("{n} min").format(n=round(minutes))
    words = translate("{n} working h") if clock == Clock.WORKING else translate("{n} h")
    return words.format(n=f"{round(minutes / HOUR_MIN, 1):g}")


HOUR_MIN = 60


def until_words(until: str) -> str:
    """A day as it is, an instant in local time."""
    if len(until) == len("2026-12-31"):
        return until
    return f"{datetime.fromisoformat(until).astimezone(LOCAL):%Y-%m-%d %H:%M}"


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
