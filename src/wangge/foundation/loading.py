"""Data files of the project are loaded once: again only when their bytes have changed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.db import transaction

from wangge.foundation.models import LoadedFile


def load_once(name: str, paths: list[Path], load: Callable[[], object], *, at: datetime, salt: str = "") -> bool:
    """Run `load` in a transaction unless these very bytes were loaded under this name; whether it ran."""
    digest = hashlib.sha256(salt.encode() + b"".join(path.read_bytes() for path in paths)).hexdigest()
    if LoadedFile.objects.filter(name=name, digest=digest).exists():
        return False
    with transaction.atomic():
        load()
        LoadedFile.objects.update_or_create(name=name, defaults={"digest": digest, "at": at})
    return True
