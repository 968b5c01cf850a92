"""The reporter's contact: masked everywhere; opened with a reason, and the opening is logged."""

from __future__ import annotations

from datetime import datetime

from wangge.cases.models import Case, CaseContact, Unmasking
from wangge.cases.operations.moving import NoSuchCase
from wangge.cases.types import Contact, SmsReceiver
from wangge.foundation.access import Actor, ActorKind, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid, NotFound
from wangge.foundation.secrets import open_sealed
from wangge.foundation.worktime import LOCAL

SHORTEST_REASON = 4
#: Why the system opens a contact, written in the log in place of words.
FOR_SMS = "SMS_TO_REPORTER"


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
def open_for_sms(*, case_no: str, at: datetime) -> SmsReceiver | None:
    """The number of a reporter who agreed to text messages, for the job that sends one; logged first, as the system's.

    None when there is no contact any more or the consent was withdrawn. The name stays closed: nobody needs it.
    """
    agreed = CaseContact.objects.filter(case__case_no=case_no, sms_agreed_at__isnull=False)
    sealed = agreed.select_related("case").defer("name").first()
    if sealed is None:
        return None
    Unmasking.objects.create(case_id=sealed.pk, user=None, reason=FOR_SMS, at=at)
    return SmsReceiver(open_sealed(sealed.phone), sealed.language, sealed.case.query_code)


@transaction
def withdraw_sms(*, case_no: str, actor: Actor, at: datetime) -> bool:
    """No more text messages about this report; whether there were to be any. The contact itself stays.

    For its reporter, and for whoever may open the contact, when the reporter asks them to.
    """
    case = Case.objects.filter(case_no=case_no).first()
    if case is None:
        raise NoSuchCase(field="case_no", value=case_no)
    if actor.kind is not ActorKind.REPORTER:
        require(actor, "contact.unmask", area=case.area, unit=case.unit or None)
    return bool(CaseContact.objects.filter(case=case, sms_agreed_at__isnull=False).update(sms_agreed_at=None))


@transaction
def forget_contacts(*, at: datetime) -> int:
    """Remove the contacts whose time is over; the number removed. The log of who looked stays."""
    over = CaseContact.objects.filter(kept_until__lt=at.astimezone(LOCAL).date())
    return over.delete()[0]
