"""Reading notices, each only by those it is for; webhook targets and their deliveries; who wants mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.db import within
from wangge.foundation.errors import Invalid, NotFound
from wangge.foundation.secrets import open_sealed
from wangge.notices.models import Delivery, MailWish, Notice, NoticeRead, NoticesReadUntil, WebhookTarget
from wangge.notices.rules.telling import TOLD_PERMISSIONS
from wangge.notices.types import NoticeKind, NoticeLine

PAGE = 50
#: The bell counts what is new, not an archive: notices of the last two weeks, and no further than this.
COUNTED_FOR, COUNTED_TO = timedelta(days=14), 100


class NoSuchNotice(NotFound):
    """There is no such notice, or it is for somebody else."""

    code = "notices.no_such_notice"


class NoSuchTarget(NotFound):
    """There is no such webhook target in this administrator's area."""

    code = "notices.no_such_target"


class BadPlace(Invalid):
    """The place in the list is not one we gave out."""

    code = "notices.bad_place"


# --- notices -------------------------------------------------------------------------------------


def audiences(actor: Actor) -> list[Q]:
    """What makes a notice the actor's: their account, their units, each permission they hold. They never overlap."""
    found = [Q(account=actor.user_id)] if actor.user_id else []
    if units := actor.units("case.sign"):
        found.append(Q(unit__in=units) & ~Q(unit=""))
    for permission in TOLD_PERMISSIONS:
        if areas := actor.areas(permission):
            found.append(Q(permission=permission) & (within("area", areas) | Q(area="")))
    return found


def mine(actor: Actor, at: datetime) -> QuerySet[Notice]:
    """Notices shown by now to this actor."""
    condition = Q(pk__in=[])
    for audience in audiences(actor):
        condition |= audience
    return _shown(at).filter(condition)


def unread_count(*, actor: Actor, at: datetime) -> int:
    """How many of the last two weeks the actor hasn't read, at most `COUNTED_TO`. Two queries, bounded."""
    if actor.user_id is None:
        return 0
    rows = _unread(_shown(at).filter(show_at__gt=at - COUNTED_FOR), actor.user_id)
    return len(_newest(rows.values_list("pk", "show_at"), actor, COUNTED_TO))


def notice_page(
    *, actor: Actor, at: datetime, only_unread: bool = False, after: str = ""
) -> tuple[list[NoticeLine], str | None]:
    """The actor's notices, the newest first, and where the next page begins (None at the end)."""
    rows = _shown(at)
    if only_unread:
        rows = _unread(rows, actor.user_id)
    if after:
        shown, pk = _place(after)
        rows = rows.filter(Q(show_at__lt=shown) | Q(show_at=shown, pk__lt=pk), show_at__lte=shown)
    found = _lines(rows, actor, PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    return found[:PAGE], f"{last.show_at.timestamp():.6f}-{last.id}" if last else None


def notice_for(notice_id: int, *, actor: Actor, at: datetime) -> Notice:
    """One notice of the actor's; NoSuchNotice (404) otherwise."""
    row = mine(actor, at).filter(pk=notice_id).first()
    if row is None:
        raise NoSuchNotice
    return row


def _shown(at: datetime) -> QuerySet[Notice]:
    return Notice.objects.filter(show_at__lte=at, expires_at__gt=at)


def _unread(rows: QuerySet[Notice], user_id: int | None) -> QuerySet[Notice]:
    """Those neither marked nor covered by the reader's mark over all, which says where to begin looking."""
    mark = NoticesReadUntil.objects.filter(user=user_id).first()
    if mark:
        rows = rows.filter(Q(pk__gt=mark.last_id) | Q(show_at__gt=mark.at), show_at__gte=mark.since)
    return rows.exclude(Exists(NoticeRead.objects.filter(user=user_id, notice=OuterRef("pk"))))


def _newest(rows: QuerySet[Any, Any], actor: Actor, most: int) -> list[Any]:
    """The newest of each of the actor's audiences, along its index, and of these the newest."""
    parts = [rows.filter(one).order_by("-show_at", "-id")[:most] for one in audiences(actor)]
    if not parts:
        return []
    joined = parts[0].union(*parts[1:], all=True).order_by("-show_at", "-id")[:most] if parts[1:] else parts[0]
    return list(joined)


def _lines(rows: QuerySet[Notice], actor: Actor, most: int) -> list[NoticeLine]:
    """The newest of these rows as the actor sees them, each with whether it is read."""
    one = NoticeRead.objects.filter(user=actor.user_id, notice=OuterRef("pk"))
    until = NoticesReadUntil.objects.filter(
        user=actor.user_id, last_id__gte=OuterRef("pk"), at__gte=OuterRef("show_at")
    )
    is_read = ExpressionWrapper(Q(Exists(one)) | Q(Exists(until)), output_field=BooleanField())
    columns = rows.annotate(is_read=is_read).values_list("id", "kind", "subject", "area", "clock", "show_at", "is_read")
    return [NoticeLine(pk, NoticeKind(kind), *rest) for pk, kind, *rest in _newest(columns, actor, most)]


def _place(text: str) -> tuple[datetime, int]:
    moment, _, pk = text.partition("-")
    try:
        return datetime.fromtimestamp(float(moment), tz=UTC), int(pk)
    except (ValueError, OverflowError, OSError) as error:
        raise BadPlace(field="after") from error


# --- webhooks ------------------------------------------------------------------------------------


def targets(actor: Actor) -> list[WebhookTarget]:
    """Targets of the actor's areas, by name."""
    require_somewhere(actor, "webhooks.manage")
    rows = WebhookTarget.objects.filter(within("area", actor.areas("webhooks.manage")))
    return list(rows.defer("secret", "former_secret").order_by("name", "pk")[:200])


def target_for(target_id: int, *, actor: Actor, lock: bool = False) -> WebhookTarget:
    """One of them; NoSuchTarget (404) otherwise."""
    require_somewhere(actor, "webhooks.manage")
    rows = WebhookTarget.objects.select_for_update() if lock else WebhookTarget.objects.all()
    row = rows.filter(within("area", actor.areas("webhooks.manage")), pk=target_id).first()
    if row is None:
        raise NoSuchTarget
    return row


def deliveries_of(target: WebhookTarget, *, before: int | None = None) -> tuple[list[Delivery], int | None]:
    """What went, goes and failed to go to a target, the newest first; where the next page begins."""
    rows = Delivery.objects.filter(target=target).defer("body").order_by("-pk")
    found = list((rows.filter(pk__lt=before) if before else rows)[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def receivers() -> list[WebhookTarget]:
    """Every target to which something is sent."""
    return list(WebhookTarget.objects.filter(disabled_at__isnull=True).defer("secret", "former_secret"))


# --- mail ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wish:
    """Where somebody wants their notices, and which kinds."""

    user_id: int
    language: str
    address: str
    kinds: frozenset[str]
    sent_until: datetime


def mail_wish(user_id: int) -> Wish | None:
    """The wish of one account, for its owner and for the sending job."""
    row = MailWish.objects.select_related("user").filter(pk=user_id).first()
    return _wish(row) if row else None


def wishing_since(at: datetime) -> list[int]:
    """Accounts in use that want mail and whose last mail reaches no further than this instant."""
    rows = MailWish.objects.filter(user__is_active=True, sent_until__lt=at).order_by("pk")
    return list(rows.values_list("pk", flat=True))


def to_mail(wish: Wish, *, actor: Actor, until: datetime) -> list[NoticeLine]:
    """What there is to send: unread, of the kinds wished, shown since the last mail. The newest hundred."""
    rows = _shown(until).filter(show_at__gt=wish.sent_until, kind__in=wish.kinds)
    return _lines(_unread(rows, wish.user_id), actor, 100)


def _wish(row: MailWish) -> Wish:
    kinds: Iterable[str] = row.kinds
    return Wish(row.user_id, row.user.language, open_sealed(row.address), frozenset(kinds), row.sent_until)
