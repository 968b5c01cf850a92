"""Reading accounts and tokens."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from wangge.accounts.operations import TokenSpent, digest_of

_HOLDER = """
SELECT t.user_id FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND u.is_active
"""


def user_id_of_token(token: str, *, at: datetime) -> int:
    """Whose token it is; TokenSpent (401) when unknown, expired, revoked or its account is closed."""
    with connection.cursor() as db:
        db.execute(_HOLDER, [digest_of(token[:200]), at])
        row = db.fetchone()
    if row is None:
        raise TokenSpent
    return int(row[0])
