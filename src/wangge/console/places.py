"""The places of the desk: what waits there, who works there. Everything else about them follows from this table."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.queries import CaseFilter
from wangge.cases.types import State

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

    @property
    def wanted(self) -> CaseFilter:
        return CaseFilter(states=self.states, holding=self.permission)


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
    (State.DISPATCHED, State.IN_PROGRESS, State.REWORK),
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

PLACES: tuple[Place, ...] = (QUEUE, DISPATCH, UNIT, VERIFY, FEEDBACK)
BY_SLUG = {place.slug: place for place in PLACES}
