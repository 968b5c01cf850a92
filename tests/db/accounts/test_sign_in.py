"""Signing in: second factors can't be guessed, and a new password ends what the old one opened."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from axes.models import AccessAttempt
from django.core.cache import cache
from django.test import Client

from tests import town
from wangge.accounts.models import User
from wangge.accounts.operations import forget_failed_sign_ins, give_password, issue_token
from wangge.foundation import clock

pytestmark = pytest.mark.django_db

PASSWORD, NEW_PASSWORD = "a-long-word-of-tests-1", "another-word-of-tests-2"


@pytest.fixture(autouse=True)
def _no_tries_yet() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def user() -> User:
    found = User.objects.get(username="county_dispatcher")
    found.set_password(PASSWORD)
    found.save()
    return found


def sign_in(**said: str) -> Any:
    body = {"username": "county_dispatcher", "password": PASSWORD, **said}
    return Client().post("/api/v1/session", body, content_type="application/json")


def right_code(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def wrong_codes(secret: str, count: int) -> list[str]:
    right = right_code(secret)
    return [code for code in (f"{n:06}" for n in range(count + 10)) if code != right][:count]


def test_a_second_factor_is_asked_for_and_taken(user: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    assert sign_in().json()["code"] == "accounts.code_needed"
    assert sign_in(code=wrong_codes(secret, 1)[0]).status_code == 401
    assert sign_in(code=right_code(secret)).status_code == 201


def test_guessing_the_second_factor_ends_soon_and_then_the_right_one_waits_too(user: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    answers = [sign_in(code=code).status_code for code in wrong_codes(secret, 9)]
    assert answers == [401] * 8 + [429]
    assert sign_in(code=right_code(secret)).status_code == 429


def test_the_page_counts_the_same_tries(user: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    browser = Client()
    browser.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    for code in wrong_codes(secret, 9):
        browser.post("/accounts/2fa/authenticate/", {"code": code})
    assert sign_in(code=right_code(secret)).status_code == 429
    browser.post("/accounts/2fa/authenticate/", {"code": right_code(secret)})
    assert "_auth_user_id" not in browser.session


def test_ones_own_new_password_ends_the_tokens_of_the_old_one(user: User) -> None:
    token, _ = issue_token(user=user, at=clock.now())
    headers = {"authorization": f"Bearer {token}"}
    assert Client().get("/api/v1/cases", headers=headers).status_code == 200
    browser = Client()
    browser.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    said = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert browser.post("/accounts/password/change/", said).status_code == 302
    assert Client().get("/api/v1/cases", headers=headers).status_code == 401
    assert sign_in(password=NEW_PASSWORD).status_code == 201


def test_a_password_an_administrator_gave_is_changed_before_anything_else(user: User) -> None:
    give_password(user_id=user.pk, password=PASSWORD, at=clock.now())
    assert sign_in().json()["code"] == "accounts.password_to_change"
    browser = Client()
    browser.post("/accounts/login/", {"login": user.username, "password": PASSWORD})
    for page in ("/start", "/desk/queue/", "/worker/"):
        assert browser.get(page)["Location"] == "/accounts/password/change/"
    partly = browser.get("/desk/queue/", headers={"hx-request": "true"})
    assert partly["HX-Redirect"] == "/accounts/password/change/"
    assert browser.get("/").status_code == 200  # a resident's page asks nobody who they are
    said = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    assert browser.post("/accounts/password/change/", said)["Location"] == "/start"
    assert browser.get("/desk/queue/").status_code == 200
    assert sign_in(password=NEW_PASSWORD).status_code == 201


def test_what_is_kept_of_a_failed_sign_in_is_no_address_and_goes(user: User) -> None:
    Client().post(
        "/api/v1/session",
        {"username": user.username, "password": "wrong"},
        content_type="application/json",
        REMOTE_ADDR="203.0.113.77",
    )
    (row,) = AccessAttempt.objects.all()
    assert "203.0.113.77" not in str(vars(row))
    assert forget_failed_sign_ins(at=clock.now()) == 0
    assert forget_failed_sign_ins(at=clock.now() + timedelta(hours=1)) == 1


def test_wrong_passwords_lock_the_name(user: User) -> None:
    answers = [sign_in(password="wrong").status_code for _ in range(9)]
    assert answers[0] == 401
    assert answers[-1] == 429
    assert sign_in().status_code == 429
    assert town.actor("county_dispatcher").user_id == user.pk
