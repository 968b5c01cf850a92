"""Webhook targets: who is told outside the house. Their secret is shown once and lies sealed."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid
from wangge.foundation.secrets import seal
from wangge.notices.models import WebhookTarget
from wangge.notices.queries import target_for
from wangge.notices.rules.webhooks import BOTH_SIGN_FOR, secret_of
from wangge.notices.types import EventGroup, WhyOff
from wangge.workforce.queries import unit as find_unit

LONGEST_NAME, LONGEST_URL = 60, 400


class BadUrl(Invalid):
    """The address is not one to which something can be posted."""

    code = "notices.bad_url"


class NameNeeded(Invalid):
    """A target has a name, so that colleagues know what it is for."""

    code = "notices.name_needed"


class NotPaused(Conflict):
    """Something is sent to this target already."""

    code = "notices.not_paused"


@dataclass(frozen=True, slots=True)
class NewTarget:
    """What an administrator says of a target."""

    name: str
    url: str
    area: str
    unit: str = ""
    groups: tuple[EventGroup, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetChange:
    """What becomes different about a target. None leaves it as it is: nothing widens unless it is said."""

    name: str
    url: str
    unit: str | None = None  #: "" for all units of the area
    groups: tuple[EventGroup, ...] | None = None  #: () for every event


@transaction
def add_target(*, target: NewTarget, actor: Actor, at: datetime) -> tuple[int, str]:
    """A new target; its id, and the secret that is never shown again."""
    require(actor, "webhooks.manage", area=target.area)
    values = _checked(target, at)
    secret = _new_secret()
    row = WebhookTarget.objects.create(**values, area=target.area, secret=seal(secret), created_at=at)
    return row.pk, secret


@transaction
def change_target(*, target_id: int, change: TargetChange, actor: Actor, at: datetime) -> None:
    """Another name, address or choice. The area stays: what is told outside doesn't grow unseen."""
    row = _locked(target_id, actor)
    unit = row.unit if change.unit is None else change.unit
    groups = tuple(EventGroup(one) for one in row.groups) if change.groups is None else change.groups
    values = _checked(NewTarget(change.name, change.url, row.area, unit, groups), at, unit_before=row.unit)
    for name, value in values.items():
        setattr(row, name, value)
    row.save(update_fields=list(values))


@transaction
def rotate_secret(*, target_id: int, actor: Actor, at: datetime) -> str:
    """A new secret, shown once. The former one signs beside it for a day."""
    row = _locked(target_id, actor)
    secret = _new_secret()
    row.former_secret, row.former_until = row.secret, at + BOTH_SIGN_FOR
    row.secret = seal(secret)
    row.save(update_fields=["secret", "former_secret", "former_until"])
    return secret


@transaction
def pause_target(*, target_id: int, actor: Actor, at: datetime) -> None:
    """Nothing is sent and nothing is collected until it is resumed; what is on its way waits."""
    row = _locked(target_id, actor)
    if row.disabled_at is None:
        row.disabled_at, row.disabled_why = at, WhyOff.PAUSED
        row.save(update_fields=["disabled_at", "disabled_why"])


@transaction
def resume_target(*, target_id: int, actor: Actor, at: datetime) -> None:
    """Sending goes on, also of what was on its way."""
    row = _locked(target_id, actor)
    if row.disabled_at is None:
        raise NotPaused
    row.disabled_at, row.disabled_why = None, ""
    row.save(update_fields=["disabled_at", "disabled_why"])
    row.deliveries.filter(next_at__isnull=False).update(next_at=at)


@transaction
def end_target(*, target_id: int, actor: Actor, at: datetime) -> None:
    """Remove a target with its deliveries; the log of changes keeps that it was there."""
    _locked(target_id, actor).delete()


def _locked(target_id: int, actor: Actor) -> WebhookTarget:
    row = target_for(target_id, actor=actor, lock=True)
    require(actor, "webhooks.manage", area=row.area)
    return row


def _checked(target: NewTarget, at: datetime, *, unit_before: str = "") -> dict[str, object]:
    name = target.name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise NameNeeded(field="name", longest=LONGEST_NAME)
    if target.unit != unit_before and target.unit:  # one that has ended meanwhile may stay
        find_unit(target.unit, at=at)
    groups: Iterable[EventGroup] = () if set(target.groups) == set(EventGroup) else target.groups
    return {
        "name": name,
        "url": _checked_url(target.url.strip()),
        "unit": target.unit,
        "groups": sorted(group.value for group in groups),
    }


def _checked_url(url: str) -> str:
    """An address with a host, without a name or password in it; who may be reached is seen when sending."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadUrl(field="url") from error
    plain = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST_URL
    if not plain or parts.scheme not in ("http", "https") or not parts.hostname or port == 0 or "@" in parts.netloc:
        raise BadUrl(field="url")
    return url


def _new_secret() -> str:
    return secret_of(secrets.token_bytes(32))
