"""Who can sign in, and the bearer tokens they hold."""

from __future__ import annotations

import pghistory
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import ASCIIUsernameValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class UserManager(BaseUserManager["User"]):
    """Creates accounts; what they may do comes from appointments (workforce), never from here."""

    def create_user(self, username: str, password: str | None = None, **fields: object) -> User:
        user = self.model(username=username, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


@pghistory.track(fields=["username", "display_name", "is_active", "password_given_at"], model_name="AccountEvent")
class User(AbstractBaseUser):
    """An account. It grants nothing by itself: rights are appointments valid now."""

    username = models.CharField(_("User name"), max_length=60, unique=True, validators=[ASCIIUsernameValidator()])
    display_name = models.CharField(_("Name shown"), max_length=60)
    language = models.CharField(_("Language"), max_length=10, blank=True, default="")
    is_active = models.BooleanField(_("Active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    password_given_at = models.DateTimeField(null=True)  # an administrator set the password; not that the person did

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["display_name"]

    objects = UserManager()


class ApiToken(models.Model):
    """A bearer token, kept only as the SHA-256 of its 32 random bytes."""

    digest = models.BinaryField(unique=True, max_length=32)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
