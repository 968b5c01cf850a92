"""Tags of the desk: `{% load desk %}`."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import template

from wangge.console.calendar.ahead import unknown_year as year_for
from wangge.console.frame import Frame, frame_of
from wangge.console.words import action_words, channel_words
from wangge.foundation import clock
from wangge.foundation.access import ANONYMOUS

register = template.Library()


@register.simple_tag(takes_context=True)
def desk_frame(context: dict[str, Any]) -> Frame:
    """The frame of the page: `{% desk_frame as frame %}`."""
    return frame_of(context["request"])


@register.simple_tag(takes_context=True)
def unknown_year(context: dict[str, Any]) -> int | None:
    """The year whose working days should be known by now and aren't, for those it concerns."""
    return year_for(getattr(context["request"], "actor", ANONYMOUS), clock.now())


@register.simple_tag
def new_uuid() -> UUID:
    """An operation id for a form of one button."""
    return uuid4()


@register.filter
def action_name(action: str) -> str:
    """An action in the desk's words."""
    return action_words(action)


@register.filter
def channel_name(channel: str) -> str:
    """The door a report came in by."""
    return channel_words(channel)
