"""The one place that reads the wall clock. Domain code takes `at=` instead.

An installation for training may run at another time: its deadlines then come when the lesson needs them. The file
of WANGGE_TRAINING_CLOCK holds by how many seconds it is shifted; writing another number moves it at once, in every
process. Only a demo may have one (`project.settings`).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

_NONE = timedelta()


class _Shift:
    """By how much the training clock differs, read again whenever its file was written."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self._seen = 0.0
        self._by = _NONE

    def now_is(self) -> timedelta:
        if self.file is None:
            return _NONE
        try:
            written = self.file.stat().st_mtime
            if written != self._seen:
                self._by, self._seen = timedelta(seconds=float(self.file.read_text())), written
        except (OSError, ValueError):  # no file yet, or half written: as it was
            return self._by
        return self._by


_shift = [_Shift()]


def use_training_clock(file: Path | None) -> None:
    """Let `now` be shifted by the seconds this file holds from now on; None for the wall clock as it is."""
    _shift[0] = _Shift(file)


def now() -> datetime:
    """The present instant, aware, UTC."""
    return datetime.now(UTC) + _shift[0].now_is()
