"""Targets of rates. For a count there is nothing to set, and the page says why."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from wangge.analysis import operations
from wangge.console.assessment.asking import asked
from wangge.console.assessment.forms import PercentForm
from wangge.foundation.access import require
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words


@require_POST
def target(request: HttpRequest, index_code: str) -> HttpResponse:
    """Set what a rate is to reach, or take it back when left empty."""
    ask = asked(request)
    require(ask.actor, "assessment.decide", area=ask.county)
    back = redirect(f"{reverse('console:assessment_index', args=[index_code])}?{ask.query()}")
    if not request.POST.get("percent", "").strip():
        operations.drop_target(county=ask.county, index=index_code, actor=ask.actor, at=ask.at)
        messages.success(request, _("The target is taken back."))
        return back
    form = PercentForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["percent"])))
        return back
    try:
        operations.set_target(county=ask.county, index=index_code, share=form.share(), actor=ask.actor, at=ask.at)
    except Problem as problem:
        if problem.status != 422:
            raise
        messages.error(request, in_words(problem))
    else:
        messages.success(request, _("The target is set."))
    return back
