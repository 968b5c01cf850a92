"""What the API takes with an action."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from wangge.cases.schemas import ActionIn


@pytest.mark.parametrize(
    "until", ["9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"]
)
def test_an_instant_no_other_time_zone_can_tell_is_refused_at_its_field(until: str) -> None:
    with pytest.raises(ValidationError) as fault:
        ActionIn.model_validate({"until": until})
    assert fault.value.errors()[0]["loc"] == ("until",)


def test_an_instant_needs_its_time_zone() -> None:
    assert ActionIn.model_validate({"until": "2026-12-01T10:00:00+08:00"}).until
    with pytest.raises(ValidationError):
        ActionIn.model_validate({"until": "2026-12-01T10:00:00"})
