"""When mail goes out: now and then within the working day, so that nobody's evening rings."""

from __future__ import annotations

from datetime import datetime, timedelta

from wangge.foundation.worktime import Calendar, Clock, minutes_between

#: What was written in the last moments may not be committed yet; it goes with the next mail.
SETTLED_AFTER = timedelta(minutes=1)


def is_working(at: datetime, calendar: Calendar) -> bool:
    """Whether the minute that begins now is one of working time."""
    return minutes_between(at, at + timedelta(minutes=1), Clock.WORKING, calendar) > 0
