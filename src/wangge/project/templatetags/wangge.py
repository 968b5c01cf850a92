"""The few tags every page may use: `{% load wangge %}`."""

from __future__ import annotations

from django import template
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from wangge.cases.types import Stage

register = template.Library()

# Tracking and supervision run beside the others from acceptance to closing: lights and notices show them.
LINE: dict[Stage, Promise] = {
    Stage.DISCOVER: pgettext_lazy("stage", "Discover"),
    Stage.ACCEPT: pgettext_lazy("stage", "Accept"),
    Stage.DISPATCH: pgettext_lazy("stage", "Dispatch"),
    Stage.HANDLE: pgettext_lazy("stage", "Handle"),
    Stage.FEEDBACK: pgettext_lazy("stage", "Feedback"),
    Stage.EVALUATE: pgettext_lazy("stage", "Evaluate"),
}


@register.inclusion_tag("parts/steps.html")
def case_steps(stage: str, ended: bool = False, stopped: bool = False) -> dict[str, object]:
    """The line with the case's place in it. `ended`: past the last step; `stopped`: ended early, here."""
    order = list(LINE)
    now = order.index(Stage(stage)) if stage in order else order.index(Stage.HANDLE)
    here = "stopped" if stopped else "done" if ended else "now"
    marks = ["done" if n < now else here if n == now else "todo" for n in range(len(order))]
    return {"steps": [{"word": LINE[key], "step": mark} for key, mark in zip(order, marks, strict=True)]}
