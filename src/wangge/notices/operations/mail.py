"""Notices by mail: somebody's own wish, and how far they have been sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from wangge.foundation.access import Actor
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid
from wangge.foundation.secrets import seal
from wangge.notices.models import MailWish
from wangge.notices.operations.reading import require_reader
from wangge.notices.types import NoticeKind


class BadAddress(Invalid):
    """This is no mail address."""

    code = "notices.bad_address"


@transaction
def wish_for_mail(*, address: str, kinds: Iterable[NoticeKind], actor: Actor, at: datetime) -> None:
    """Where I want my notices and which of them; without an address or kinds there is no more mail, and no address."""
    user_id = require_reader(actor)
    chosen, address = sorted({kind.value for kind in kinds}), address.strip()
    if not address or not chosen:
        MailWish.objects.filter(pk=user_id).delete()
        return
    try:
        validate_email(address)
    except ValidationError as error:
        raise BadAddress(field="address") from error
    wanted = {"address": seal(address), "kinds": chosen}
    MailWish.objects.update_or_create(user_id=user_id, defaults=wanted, create_defaults={**wanted, "sent_until": at})


@transaction
def note_mailed(*, user_id: int, until: datetime, at: datetime) -> None:
    """The notices shown up to this instant have been sent."""
    MailWish.objects.filter(pk=user_id, sent_until__lt=until).update(sent_until=until)
