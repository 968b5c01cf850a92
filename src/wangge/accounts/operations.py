"""Accounts and bearer tokens."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings

from wangge.accounts.models import ApiToken, User
from wangge.foundation.db import transaction
from wangge.foundation.errors import NotSignedIn


class TokenSpent(NotSignedIn):
    """The token is unknown, expired or revoked."""

    code = "accounts.token_spent"


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


@transaction
def issue_token(*, user: User, at: datetime) -> tuple[str, datetime]:
    """A new bearer token and when it ends. The token itself is kept nowhere."""
    token = secrets.token_urlsafe(32)
    expires_at = at + timedelta(seconds=settings.TOKEN_LIFETIME_S)
    ApiToken.objects.create(digest=digest_of(token), user=user, created_at=at, expires_at=expires_at)
    return token, expires_at


@transaction
def revoke_token(*, token: str, at: datetime) -> None:
    """The token ends now; a second time changes nothing."""
    ApiToken.objects.filter(digest=digest_of(token), revoked_at__isnull=True).update(revoked_at=at)


@transaction
def put_accounts(*, accounts: Iterable[tuple[str, str, str | None]]) -> dict[str, int]:
    """Accounts (user name, name shown, password or None) made where missing; their ids by user name.

    Without a password nobody can sign in until an administrator sets one.
    """
    wanted = list(accounts)
    present = set(
        User.objects.filter(username__in=[name for name, _, _ in wanted]).values_list("username", flat=True)
    )
    rows = []
    for username, shown, password in wanted:
        if username in present:
            continue
        user = User(username=username, display_name=shown)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        rows.append(user)
    User.objects.bulk_create(rows, batch_size=1000)
    return dict(
        User.objects.filter(username__in=[name for name, _, _ in wanted]).values_list("username", "pk")
    )
