"""What a county wants its rates to reach. A target on a count is refused: the rule stands in `rules.targets`."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from wangge.analysis.models import IndexTarget
from wangge.analysis.rules.targets import require_target_allowed
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.worktime import LOCAL


@transaction
def set_target(*, county: str, index: str, share: Decimal, actor: Actor, at: datetime) -> IndexTarget:
    """Set what a rate is to reach. Needs ``assessment.decide`` in the county; NoTargetOnCounts (422) for counts."""
    require(actor, "assessment.decide", area=county)
    require_target_allowed(index, share)
    row, _made = IndexTarget.objects.update_or_create(
        county=county,
        index_code=index,
        defaults={"share": share, "valid_from": at.astimezone(LOCAL).date()},
    )
    return row


@transaction
def drop_target(*, county: str, index: str, actor: Actor, at: datetime) -> int:
    """Take a target back. Needs ``assessment.decide`` in the county."""
    require(actor, "assessment.decide", area=county)
    return IndexTarget.objects.filter(county=county, index_code=index).delete()[0]
