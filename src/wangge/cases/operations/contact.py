"""The reporter's contact: masked everywhere; opened with a reason, and the opening is logged."""

from __future__ import annotations

from datetime import datetime

from wangge.cases.models import Case, CaseContact, Unmasking
from wangge.cases.operations.moving import NoSuchCase
from wangge.cases.types import Contact
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid, NotFound
from wangge.foundation.secrets import open_sealed
from wangge.foundation.worktime import LOCAL

SHORTEST_REASON = 4


class NoReason(Invalid):
    """Looking at a contact needs a reason somebody can check later."""

    code = "cases.unmask_needs_reason"


@transaction
def unmask_contact(*, case_no: str, reason: str, actor: Actor, at: datetime) -> Contact:
    """The contact in clear. Needs ``contact.unmask`` for the place or unit, and a reason; writes the log first."""
    case = Case.objects.filter(case_no=case_no).first()
    if case is None:
        raise NoSuchCase(field="case_no", value=case_no)
    require(actor, "contact.unmask", area=case.area, unit=case.unit or None)
    if len(reason.strip()) < SHORTEST_REASON:
        raise NoReason(field="reason", shortest=SHORTEST_REASON)
    contact = CaseContact.objects.filter(case=case).first()
    if contact is None:
        raise NotFound("cases.no_contact")
    assert actor.user_id is not None
    Unmasking.objects.create(case=case, user_id=actor.user_id, reason=reason.strip(), at=at)
    return Contact(open_sealed(contact.name), open_sealed(contact.phone))


@transaction
def forget_contacts(*, at: datetime) -> int:
    """Remove the contacts whose time is over; the number removed. The log of who looked stays."""
    over = CaseContact.objects.filter(kept_until__lt=at.astimezone(LOCAL).date())
    return over.delete()[0]
