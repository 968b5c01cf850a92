"""Sign-in for programs: a user name and password (and second factor, where set) become a bearer token."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.core import ratelimit
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from wangge.accounts.models import User
from wangge.accounts.operations import issue_token, require_own_password, revoke_token
from wangge.foundation import clock
from wangge.foundation.errors import Invalid, NotSignedIn, TooMany
from wangge.foundation.schemas import CleanText

router = Router(tags=["session"])


class WrongCredentials(NotSignedIn):
    """User name or password is wrong; which one isn't told."""

    code = "accounts.wrong_credentials"


class CodeNeeded(Invalid):
    """The account has a second factor."""

    code = "accounts.code_needed"


class Credentials(Schema):
    """What to sign in with."""

    username: CleanText = Field(max_length=60)
    password: CleanText = Field(max_length=200)
    code: CleanText = Field("", max_length=40, description="Six digits of the second factor, if the account has one.")


class Session(Schema):
    """A bearer token: send it as `Authorization: Bearer …`."""

    token: str
    token_type: str
    expires_at: datetime
    username: str
    display_name: str


@router.post("", response={201: Session}, summary="Sign in")
def sign_in(request: HttpRequest, body: Credentials) -> tuple[int, dict[str, Any]]:
    """Give a bearer token. Wrong passwords are counted; after too many the name is locked for a while."""
    user = authenticate(request, username=body.username, password=body.password)
    if not isinstance(user, User):
        if getattr(request, "axes_locked_out", False):
            raise TooMany("accounts.locked_out", field="username", retry_after_s=900)
        raise WrongCredentials(field="password")
    _check_second_factor(request, user, body.code)
    require_own_password(user)
    token, expires_at = issue_token(user=user, at=clock.now())
    return 201, {
        "token": token,
        "token_type": "Bearer",
        "expires_at": expires_at,
        "username": user.username,
        "display_name": user.display_name,
    }


@router.delete("", response={204: None}, summary="Sign out")
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the token this request carries; a second time changes nothing."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() == "bearer":
        revoke_token(token=token.strip(), at=clock.now())
    return HttpResponse(status=204)


def _check_second_factor(request: HttpRequest, user: User, code: str) -> None:
    """Tries are counted together with those of the sign-in page: six digits are soon guessed."""
    from allauth.mfa.models import Authenticator

    factors = list(Authenticator.objects.filter(user=user))
    if not factors:
        return
    if not code:
        raise CodeNeeded(field="code")
    tries = {"action": "login_failed", "key": f"mfa-auth-user-{user.pk}"}
    if not ratelimit.consume(request, **tries):
        raise TooMany("accounts.locked_out", field="code", retry_after_s=900)
    if not any(factor.wrap().validate_code(code) for factor in factors):
        raise WrongCredentials(field="code")
    ratelimit.clear(request, **tries)
