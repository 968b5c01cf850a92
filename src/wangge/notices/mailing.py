"""A mail with the new notices of one account: kinds, case numbers and addresses of pages. Nothing of any report."""

from __future__ import annotations

import logging
import smtplib
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from wangge.notices.queries import Wish, mail_wish, to_mail
from wangge.notices.types import NoticeLine
from wangge.notices.words import kind_words
from wangge.workforce.queries import actor_for

TIMEOUT_S = 20
_log = logging.getLogger(__name__)


def mail_digest(user_id: int, *, until: datetime) -> bool:
    """Send what is new since the last mail; whether it is done with (nothing new counts, a failed server doesn't)."""
    wish = mail_wish(user_id) if settings.MAIL["host"] else None
    if wish is None:
        return False
    lines = to_mail(wish, actor=actor_for(user_id=user_id, at=until), until=until)
    if not lines:
        return True
    with translation.override(wish.language or settings.LANGUAGE_CODE):
        message = _message(wish, lines)
    try:
        message.send()
    except (smtplib.SMTPException, OSError) as error:
        _log.warning("A mail with notices could not be sent: %s", type(error).__name__)
        return False
    return True


def _message(wish: Wish, lines: list[NoticeLine]) -> EmailMessage:
    said = [{"words": kind_words(line.kind, line.clock), "line": line} for line in lines]
    text = render_to_string("notices/mail.txt", {"said": said, "address": settings.PUBLIC_ADDRESS})
    mail = settings.MAIL
    server = get_connection(
        "django.core.mail.backends.smtp.EmailBackend",
        host=mail["host"],
        port=mail["port"],
        username=mail["user"],
        password=mail["password"],
        use_ssl=mail["use_ssl"],
        use_tls=mail["use_tls"],
        timeout=TIMEOUT_S,
    )
    subject = _("Wangge: new notices ({n})").format(n=len(lines))
    return EmailMessage(subject, text, str(mail["sender"]), [wish.address], connection=server)
