"""What a password must be, in our own words."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Django's rule; its Chinese catalogue lacks the words."""

    def get_error_message(self) -> str:
        return _("The password needs at least {n} characters.").format(n=self.min_length)
