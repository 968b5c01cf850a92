"""What the pages about the task list share: their tabs, and whose they are."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date

from wangge.catalogue.rules.admission import APPLY, APPROVE, REVIEW
from wangge.foundation import clock
from wangge.foundation.access import Actor
from wangge.foundation.requests import actor_of
from wangge.foundation.worktime import LOCAL


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of this place, with what its tabs need."""
    around = {"place": "tasks", "may_admission": takes_part(actor_of(request))}
    return render(request, f"console/{template}", around | context, status=status)


def takes_part(actor: Actor) -> bool:
    """Whether somebody writes, reviews or approves applications."""
    return any(actor.may_somewhere(permission) for permission in (APPLY, REVIEW, APPROVE))


def today() -> date:
    """The local day."""
    return clock.now().astimezone(LOCAL).date()


def day_asked(request: HttpRequest, name: str, otherwise: date) -> date:
    """The day in the address, or another one where none that can be read stands there."""
    try:
        return parse_date(request.GET.get(name, "")) or otherwise
    except ValueError:  # a day that no month has
        return otherwise


def county_of(actor: Actor) -> str:
    """The county whose list is looked at: that of the first area or unit of the actor; "" for everywhere."""
    areas = [grant.area for grant in actor.grants if grant.area]
    return min(areas, key=len)[:6] if areas else ""
