"""allauth, as accounts work here: an administrator opens them, and a new password ends what the old one opened."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.urls import reverse

from wangge.accounts.models import User
from wangge.accounts.operations import change_password


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("start")

    def set_password(self, user: User, password: str) -> None:
        change_password(user=user, password=password)
