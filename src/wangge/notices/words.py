"""What a notice says: one line for its receiver, in the field's words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.notices.types import EventGroup, Failure, NoticeKind, TextKind, WhyOff

Words = str | Promise
K = NoticeKind

KINDS: dict[NoticeKind, Words] = {
    K.SENT: _("A case was sent to your unit: please sign for it"),
    K.LEFT: _("A case has left your unit and is with another one now"),
    K.SENT_BACK_TO_REPORTER: _("The intake desk needs more about what you reported"),
    K.SUPPLEMENTED: _("The reporter has added something"),
    K.OBJECTED: _("The reporter objects to a refusal"),
    K.PASSED_UP: _("A case was passed up and waits to be dispatched"),
    K.RETURN_ASKED: _("A unit asks to return a case: please decide"),
    K.RETURN_REFUSED: _("Your unit keeps the case: the return was refused"),
    K.EXTENSION_ASKED: _("A unit asks for more time: please decide"),
    K.EXTENSION_APPROVED: _("More time was granted"),
    K.EXTENSION_REFUSED: _("More time was refused: the deadline stays"),
    K.SUSPENSION_ASKED: _("A unit asks to suspend a case: please decide"),
    K.SUSPENDED: _("The case is suspended"),
    K.SUSPENSION_REFUSED: _("The suspension was refused: handling goes on"),
    K.RESUMED: _("The suspension is over: handling goes on"),
    K.REWORK: _("The result was not good enough: please work on it again"),
    K.SUB_CASE_ENDED: _("An assisting unit has finished its part"),
    K.REOPENED: _("The case was re-opened"),
    K.LIGHT_YELLOW: _("Due soon"),
    K.LIGHT_RED: _("Overdue"),
    K.URGED: _("You are urged to settle this case"),
    K.ORDER_OPENED: _("A supervision order was opened: please acknowledge and reply"),
    K.ORDER_REPLIED: _("A unit has replied to a supervision order"),
    K.ORDER_RELEASED: _("The supervision order is released"),
    K.LISTED: _("The case will be listed in the periodic notice"),
    K.CALENDAR_ENDS: _("The working calendar does not cover next year yet: deadlines beyond it are provisional"),
    K.WEBHOOK_OFF: _("A webhook target was switched off, because it no longer takes our messages"),
}

#: Kinds as one chooses them for mail.
SHORT: dict[NoticeKind, Words] = {
    K.SENT: pgettext_lazy("notice", "Case sent to my unit"),
    K.LEFT: pgettext_lazy("notice", "Case left my unit"),
    K.SENT_BACK_TO_REPORTER: pgettext_lazy("notice", "My report needs more"),
    K.SUPPLEMENTED: pgettext_lazy("notice", "Reporter added something"),
    K.OBJECTED: pgettext_lazy("notice", "Objection to a refusal"),
    K.PASSED_UP: pgettext_lazy("notice", "Case passed up"),
    K.RETURN_ASKED: pgettext_lazy("notice", "Return asked for"),
    K.RETURN_REFUSED: pgettext_lazy("notice", "Return refused"),
    K.EXTENSION_ASKED: pgettext_lazy("notice", "Extension asked for"),
    K.EXTENSION_APPROVED: pgettext_lazy("notice", "Extension granted"),
    K.EXTENSION_REFUSED: pgettext_lazy("notice", "Extension refused"),
    K.SUSPENSION_ASKED: pgettext_lazy("notice", "Suspension asked for"),
    K.SUSPENDED: pgettext_lazy("notice", "Suspended"),
    K.SUSPENSION_REFUSED: pgettext_lazy("notice", "Suspension refused"),
    K.RESUMED: pgettext_lazy("notice", "Suspension over"),
    K.REWORK: pgettext_lazy("notice", "Sent back for rework"),
    K.SUB_CASE_ENDED: pgettext_lazy("notice", "Assisting part finished"),
    K.REOPENED: pgettext_lazy("notice", "Re-opened"),
    K.LIGHT_YELLOW: pgettext_lazy("notice", "Due soon"),
    K.LIGHT_RED: pgettext_lazy("notice", "Overdue"),
    K.URGED: pgettext_lazy("notice", "Urged"),
    K.ORDER_OPENED: pgettext_lazy("notice", "Supervision order opened"),
    K.ORDER_REPLIED: pgettext_lazy("notice", "Reply to a supervision order"),
    K.ORDER_RELEASED: pgettext_lazy("notice", "Supervision order released"),
    K.LISTED: pgettext_lazy("notice", "Listed in the periodic notice"),
    K.CALENDAR_ENDS: pgettext_lazy("notice", "Working calendar ends"),
    K.WEBHOOK_OFF: pgettext_lazy("notice", "Webhook target switched off"),
}

#: Which clock a light belongs to.
_CLOCKS: dict[tuple[NoticeKind, str], Words] = {
    (K.LIGHT_YELLOW, "acceptance"): _("Due soon: accepting the report"),
    (K.LIGHT_YELLOW, "signing"): _("Due soon: signing for the case"),
    (K.LIGHT_YELLOW, "handling"): _("Due soon: settling the case"),
    (K.LIGHT_YELLOW, "verification"): _("Due soon: verifying the result"),
    (K.LIGHT_YELLOW, "feedback"): _("Due soon: answering the reporter"),
    (K.LIGHT_RED, "acceptance"): _("Overdue: accepting the report"),
    (K.LIGHT_RED, "signing"): _("Overdue: signing for the case"),
    (K.LIGHT_RED, "handling"): _("Overdue: settling the case. You are urged to do it now"),
    (K.LIGHT_RED, "verification"): _("Overdue: verifying the result"),
    (K.LIGHT_RED, "feedback"): _("Overdue: answering the reporter"),
}

#: The mark beside a notice: light, work that waits, or news.
TONES: dict[NoticeKind, str] = {K.LIGHT_YELLOW: "yellow", K.LIGHT_RED: "red", K.URGED: "red", K.ORDER_OPENED: "red"}

GROUPS: dict[EventGroup, Words] = {
    EventGroup.INTAKE: _("Intake: reported, accepted, returned, refused, merged, withdrawn, voided"),
    EventGroup.DISPATCH: _("Dispatch: sent, signed, returned by a unit, passed up"),
    EventGroup.HANDLING: _("Handling: joint handling, extensions, suspensions, results"),
    EventGroup.ANSWER: _("Check and answer: verified, sent back, answered, rated, filed, re-opened"),
    EventGroup.SUPERVISION: _("Supervision: lights, urges, supervision orders"),
}

WHY_OFF: dict[str, Words] = {
    WhyOff.PAUSED: _("Paused by an administrator"),
    WhyOff.GONE: _("Off: the receiver answered 410, it wants nothing more"),
    WhyOff.GAVE_UP: _("Off: ten attempts over three days failed"),
}

FAILURES: dict[str, Words] = {
    Failure.REFUSED_ADDRESS: _("The address lies in a private network, which the settings don’t allow"),
    Failure.UNKNOWN_HOST: _("The host name is not known"),
    Failure.NO_CONNECTION: _("No connection"),
    Failure.BAD_CERTIFICATE: _("The certificate is not valid for this host"),
    Failure.TIMED_OUT: _("No answer within 20 seconds"),
    Failure.NO_HTTP: _("The answer was not HTTP"),
}

#: A text message to a reporter: the case number and the address of its page, nothing else.
TEXTS: dict[TextKind, Words] = {
    TextKind.RECEIVED: _("We have your report, case {case_no}. Follow it or stop these messages: {address}"),
    TextKind.NEEDS_MORE: _("We need something more from you to go on with case {case_no}. Please see: {address}"),
    TextKind.ANSWERED: _("There is an answer to your case {case_no}. Read it here: {address}"),
}


def kind_words(kind: NoticeKind, clock: str = "") -> str:
    """The line of a notice."""
    return str(_CLOCKS.get((kind, clock), KINDS[kind]))


def tone_of(kind: NoticeKind) -> str:
    """``red``, ``yellow`` or nothing."""
    return TONES.get(kind, "")
