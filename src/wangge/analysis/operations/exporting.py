"""Figures that were taken as a file: who, of what, how many lines."""

from __future__ import annotations

from datetime import datetime

from wangge.analysis.types import Period
from wangge.foundation import events
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.db import transaction

EXPORTED = "analysis.figures.exported"


@transaction
def record_export(*, county: str, period: Period, form: str, lines: int, actor: Actor, at: datetime) -> None:
    """Write down that figures were exported. Needs ``assessment.view``."""
    require_somewhere(actor, "assessment.view")
    events.record(
        EXPORTED,
        subject="figures",
        area=county,
        at=at,
        by=actor.user_id,
        filters={"since": period.from_on.isoformat(), "until": period.to_on.isoformat(), "form": form},
        with_words=False,
        lines=lines,
    )
