"""Tags of the worker's phone pages: `{% load terminal %}`."""

from __future__ import annotations

from typing import Any

from django import template

from wangge.foundation import clock
from wangge.foundation.requests import actor_of
from wangge.notices.queries import unread_count

register = template.Library()


@register.simple_tag(takes_context=True)
def unread_notices(context: dict[str, Any]) -> int:
    """Notices I haven't read yet: `{% unread_notices as unread %}`."""
    return unread_count(actor=actor_of(context["request"]), at=clock.now())
