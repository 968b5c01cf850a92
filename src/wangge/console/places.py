"""The places of the desk: what waits there, who works there. Everything else about them follows from this table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.queries import CaseFilter
from wangge.cases.types import Asked, State

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Place:
    """One queue of the desk. `permission` is what its work needs; its cases are those it holds for."""

    slug: str
    permission: str
    states: tuple[State, ...]
    name: Words
    title: Words
    empty_title: Words
    empty_text: Words
    shows_state: bool = False
    asked: tuple[Asked, ...] = ()  #: requests that wait here, whatever the state

    @property
    def wanted(self) -> CaseFilter:
        return CaseFilter(states=self.states, holding=self.permission, asked=self.asked)


QUEUE = Place(
    "queue",
    "case.accept",
    (State.REPORTED,),
    pgettext_lazy("place of the desk", "Queue"),
    _("Reports to accept"),
    _("No report is waiting"),
    _("New reports from residents, grid workers and the hotline appear here by themselves, the most pressing first."),
)
DISPATCH = Place(
    "dispatch",
    "case.dispatch",
    (State.ACCEPTED,),
    pgettext_lazy("place of the desk", "Dispatch"),
    _("Cases to dispatch"),
    _("Everything is dispatched"),
    _("A case appears here once it is accepted and needs a unit to handle it."),
)
UNIT = Place(
    "unit",
    "case.sign",
    (State.DISPATCHED, State.RETURN_REQUESTED, State.IN_PROGRESS, State.REWORK, State.SUSPENDED),
    pgettext_lazy("place of the desk", "My unit"),
    _("With my unit"),
    _("Nothing is with your unit"),
    _("Cases sent to your unit appear here to be signed for; they stay until their result is submitted."),
    shows_state=True,
)
VERIFY = Place(
    "verify",
    "case.verify",
    (State.DISPOSED,),
    pgettext_lazy("place of the desk", "Verify"),
    _("Results to verify"),
    _("No result is waiting to be checked"),
    _("When a unit has submitted its result, somebody of the place checks it here. Nobody checks their own."),
)
FEEDBACK = Place(
    "feedback",
    "case.feedback",
    (State.VERIFIED,),
    pgettext_lazy("place of the desk", "Feedback"),
    _("Answers to give"),
    _("Every reporter has an answer"),
    _("Verified cases appear here with an answer written in advance; the case closes when it is sent."),
)

ARBITRATE = Place(
    "arbitrate",
    "case.arbitrate",
    (State.RETURN_REQUESTED,),
    pgettext_lazy("place of the desk", "Decide"),
    _("Returns and extensions to decide"),
    _("Nothing is waiting for your decision"),
    _("Units that ask to return a case, or for more time, are shown here; their clock runs on until you decide."),
    shows_state=True,
    asked=(Asked.EXTENSION,),
)
APPROVE = Place(
    "approve",
    "case.suspend",
    (),
    pgettext_lazy("place of the desk", "Approve"),
    _("Suspensions and further extensions to approve"),
    _("Nothing is waiting for your approval"),
    _("Requests to suspend a case, and for more time beyond a first extension, are shown here."),
    shows_state=True,
    asked=(Asked.SUSPENSION, Asked.EXTENSION),
)

PLACES: tuple[Place, ...] = (QUEUE, DISPATCH, ARBITRATE, APPROVE, UNIT, VERIFY, FEEDBACK)
BY_SLUG = {place.slug: place for place in PLACES}
