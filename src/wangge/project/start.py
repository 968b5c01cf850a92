"""Where somebody begins after signing in."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

#: Roles whose work is in the field: their pages are the phone's.
IN_THE_FIELD = frozenset({"grid_worker", "grid_leader", "micro_leader", "branch_secretary"})


def start(request: HttpRequest) -> HttpResponse:
    """The phone pages for those who work in the grids, the desk for everybody else, the report page for nobody."""
    roles = request.actor.roles  # type: ignore[attr-defined]
    if not roles:
        return redirect("resident:report")
    return redirect("terminal:home" if roles <= IN_THE_FIELD else "console:home")
