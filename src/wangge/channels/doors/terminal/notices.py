"""Notices on the worker's phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from wangge.channels.placenames import said_names
from wangge.channels.words import moment_words
from wangge.foundation import clock
from wangge.foundation.requests import actor_of
from wangge.notices.operations import mark_all_read, mark_read
from wangge.notices.operations.reading import require_reader
from wangge.notices.presenting import is_about_case, rows
from wangge.notices.queries import notice_for, notice_page


@never_cache
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """My notices, the newest first."""
    actor, at = actor_of(request), clock.now()
    require_reader(actor)
    lines, after = notice_page(actor=actor, at=at, after=request.GET.get("after", "")[:40])
    page = {
        "rows": [(row, moment_words(row.show_at, at)) for row in rows(lines, place_names=said_names)],
        "newest_id": max((line.id for line in lines if not line.is_read), default=0),
        "next_url": f"?{urlencode({'after': after})}" if after else "",
    }
    return render(request, "terminal/notices.html", page)


@never_cache
@require_safe
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """The case a notice is about; opening it is reading it."""
    actor, at = actor_of(request), clock.now()
    require_reader(actor)
    notice = notice_for(notice_id, actor=actor, at=at)
    mark_read(notice_id=notice_id, actor=actor, at=at)
    if is_about_case(notice.kind):
        return redirect("terminal:case", notice.subject)
    return redirect("terminal:notices")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """I have read all that the page showed and what came before."""
    until = request.POST.get("until", "")
    until_id = int(until) if until.isascii() and until.isdigit() and len(until) < 18 else 0
    mark_all_read(until_id=until_id, actor=actor_of(request), at=clock.now())
    return redirect("terminal:notices")
