"""Notices at the desk: the bell, the list, what I have read; and my wish for mail."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wangge.channels.placenames import said_names
from wangge.console.notices.forms import MailForm
from wangge.console.times import when
from wangge.foundation import clock
from wangge.foundation.errors import Problem
from wangge.foundation.requests import actor_of
from wangge.foundation.said import in_words
from wangge.notices.operations import mark_all_read, mark_read, wish_for_mail
from wangge.notices.operations.reading import require_reader
from wangge.notices.presenting import is_about_case, rows
from wangge.notices.queries import mail_wish, notice_for, notice_page, unread_count
from wangge.notices.types import NoticeKind


@never_cache
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """My notices, the newest first; all or those not read yet."""
    actor, at = actor_of(request), clock.now()
    require_reader(actor)
    only_unread = request.GET.get("show") == "unread"
    lines, after = notice_page(actor=actor, at=at, only_unread=only_unread, after=request.GET.get("after", "")[:40])
    kept = {"show": "unread"} if only_unread else {}
    context = {
        "place": "notices",
        "rows": [(row, when(row.show_at, at)) for row in rows(lines, place_names=said_names)],
        "only_unread": only_unread,
        "newest_id": max((line.id for line in lines), default=0),
        "next_url": f"?{urlencode({**kept, 'after': after})}" if after else "",
        "has_unread": "after" not in request.GET and any(not line.is_read for line in lines),
    }
    return render(request, "console/notices/page.html", context)


@never_cache
@require_GET
def bell(request: HttpRequest) -> HttpResponse:
    """The bell anew, with the number unread."""
    actor = actor_of(request)
    require_reader(actor)
    return render(request, "console/parts/bell.html", {"unread": unread_count(actor=actor, at=clock.now())})


@never_cache
@require_GET
def open_notice(request: HttpRequest, notice_id: int) -> HttpResponse:
    """What the notice is about; opening it is reading it."""
    actor, at = actor_of(request), clock.now()
    require_reader(actor)
    notice = notice_for(notice_id, actor=actor, at=at)
    mark_read(notice_id=notice_id, actor=actor, at=at)
    if is_about_case(notice.kind):
        return redirect("console:case", notice.subject)
    if notice.kind == NoticeKind.WEBHOOK_OFF:
        return redirect("console:webhook", int(notice.subject))
    return redirect("console:notices")


@require_POST
def read(request: HttpRequest, notice_id: int) -> HttpResponse:
    """I have read this one."""
    mark_read(notice_id=notice_id, actor=actor_of(request), at=clock.now())
    return _back(request)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """I have read all that the page showed and what came before."""
    until = request.POST.get("until", "")
    until_id = int(until) if until.isascii() and until.isdigit() and len(until) < 18 else 0
    mark_all_read(until_id=until_id, actor=actor_of(request), at=clock.now())
    return _back(request)


@never_cache
@require_http_methods(["GET", "POST"])
def mail(request: HttpRequest) -> HttpResponse:
    """My wish for mail: where to, which notices."""
    actor, at = actor_of(request), clock.now()
    wish = mail_wish(require_reader(actor))
    chosen = {"address": wish.address, "kinds": wish.kinds} if wish else {"kinds": list(NoticeKind)}
    form = MailForm(request.POST or None, initial=chosen)
    if request.method == "POST" and form.is_valid():
        kinds = [NoticeKind(kind) for kind in form.cleaned_data["kinds"]]
        try:
            wish_for_mail(address=form.cleaned_data["address"], kinds=kinds, actor=actor, at=at)
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))
        else:
            ended = not form.cleaned_data["address"]
            messages.success(request, _("No more mails; the address is removed.") if ended else _("Saved."))
            return redirect("console:notices_mail")
    context = {"place": "notices", "form": form, "is_on": bool(settings.MAIL["host"]), "wish": wish}
    return render(request, "console/notices/mail.html", context, status=422 if form.errors else 200)


def _back(request: HttpRequest) -> HttpResponse:
    """To the list as it was shown."""
    kept = "?show=unread" if request.POST.get("show") == "unread" else ""
    return redirect(reverse("console:notices") + kept)
