"""Reading accounts and tokens."""

from __future__ import annotations

from datetime import datetime

from wangge.accounts.models import ApiToken
from wangge.accounts.operations import TokenSpent, digest_of


def user_id_of_token(token: str, *, at: datetime) -> int:
    """Whose token it is; TokenSpent (401) when unknown, expired, revoked or its account is closed."""
    row = (
        ApiToken.objects.filter(digest=digest_of(token[:200]), revoked_at__isnull=True, expires_at__gt=at)
        .values_list("user_id", "user__is_active")
        .first()
    )
    if row is None or not row[1]:
        raise TokenSpent
    return int(row[0])
