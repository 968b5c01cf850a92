"""Accounts and bearer tokens."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from wangge.accounts.models import ApiToken, User
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn

_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9@.+_-]{1,58}[A-Za-z0-9]")


class TokenSpent(NotSignedIn):
    """The token is unknown, expired or revoked."""

    code = "accounts.token_spent"


def digest_of(token: str) -> bytes:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).digest()


class PasswordToChange(NotAllowed):
    """An administrator knows this password: its owner chooses another before anything else."""

    code = "accounts.password_to_change"


def require_own_password(user: User) -> None:
    """PasswordToChange (403) while the password is one an administrator gave."""
    if user.password_given_at is not None:
        raise PasswordToChange(field="password")


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
    present = set(User.objects.filter(username__in=[name for name, _, _ in wanted]).values_list("username", flat=True))
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
    return dict(User.objects.filter(username__in=[name for name, _, _ in wanted]).values_list("username", "pk"))


@transaction
def open_account(*, username: str, display_name: str, at: datetime) -> int:
    """A new account without a password, so nobody can sign in yet; its id. Who may is decided by the caller's room."""
    username, display_name = username.strip(), display_name.strip()
    if not _USERNAME.fullmatch(username):
        raise Invalid("accounts.bad_username", field="username")
    if not 0 < len(display_name) <= 60 or not display_name.isprintable():
        raise Invalid("accounts.bad_display_name", field="display_name")
    if User.objects.filter(username__iexact=username).exists():
        raise Conflict("accounts.username_taken", field="username", value=username)
    user = User(username=username, display_name=display_name)
    user.set_unusable_password()
    user.save()
    return user.pk


@transaction
def give_password(*, user_id: int, password: str, at: datetime) -> None:
    """Set somebody's password by the policy; their tokens and sessions end with the old one."""
    user = _locked(user_id)
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid("accounts.weak_password", field="password", reasons=" ".join(error.messages)) from error
    user.set_password(password)
    user.password_given_at = at
    user.save(update_fields=["password", "password_given_at"])
    _end_tokens(user_id, at)


@transaction
def change_password(*, user: User, password: str) -> None:
    """A password chosen by its owner, checked by the form; tokens given for the old one are no more."""
    user.set_password(password)
    user.password_given_at = None
    user.save(update_fields=["password", "password_given_at"])
    ApiToken.objects.filter(user_id=user.pk).delete()


@transaction
def set_active(*, user_id: int, is_active: bool, at: datetime) -> None:
    """Close an account, or open it again. A closed one signs in nowhere and its tokens are spent."""
    user = _locked(user_id)
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    if not is_active:
        _end_tokens(user_id, at)


@transaction
def forget_failed_sign_ins(*, at: datetime) -> int:
    """Remove the records of failed sign-ins that no longer count towards a lock; the number removed."""
    over = AccessAttempt.objects.filter(attempt_time__lt=at - settings.AXES_COOLOFF_TIME)
    return int(over.delete()[0])


def _locked(user_id: int) -> User:
    user = User.objects.select_for_update().filter(pk=user_id).first()
    if user is None:
        raise NotFound("accounts.no_such_account")
    return user


def _end_tokens(user_id: int, at: datetime) -> None:
    ApiToken.objects.filter(user_id=user_id, revoked_at__isnull=True).update(revoked_at=at)
