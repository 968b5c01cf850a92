"""Marks of one's own: what I have read. Nobody else sees them, and nobody is asked for them."""

from __future__ import annotations

from datetime import datetime

from wangge.foundation.access import Actor, ActorKind
from wangge.foundation.db import transaction
from wangge.foundation.errors import NotSignedIn
from wangge.notices.models import NoticeRead, NoticesReadUntil
from wangge.notices.queries import mine, notice_for


@transaction
def mark_read(*, notice_id: int, actor: Actor, at: datetime) -> None:
    """I have read this one; NoSuchNotice (404) where it isn't mine."""
    user_id = require_reader(actor)
    notice = notice_for(notice_id, actor=actor, at=at)
    NoticeRead.objects.bulk_create([NoticeRead(user_id=user_id, notice_id=notice.pk)], ignore_conflicts=True)


@transaction
def mark_all_read(*, until_id: int, actor: Actor, at: datetime) -> None:
    """I have read all that was there when the page with this newest notice was made.

    The mark only moves on, and single marks it covers are no longer needed.
    """
    user_id = require_reader(actor)
    newest = mine(actor, at).filter(pk__lte=until_id).order_by("-pk").first()
    if newest is None:
        return
    fresh = {"at": at, "since": newest.made_at}
    mark, _ = NoticesReadUntil.objects.select_for_update().get_or_create(user_id=user_id, defaults=fresh)
    mark.last_id, mark.at = max(mark.last_id, newest.pk), max(mark.at, at)
    mark.since = max(mark.since, newest.made_at)
    mark.save(update_fields=["last_id", "at", "since"])
    covered = NoticeRead.objects.filter(user_id=user_id, notice_id__lte=mark.last_id, notice__show_at__lte=mark.at)
    covered.delete()


def require_reader(actor: Actor) -> int:
    """The account of whoever reads; NotSignedIn (401) for everybody else. One's own marks need no permission."""
    if actor.kind is not ActorKind.STAFF or actor.user_id is None:
        raise NotSignedIn("access.not_signed_in")
    return actor.user_id
