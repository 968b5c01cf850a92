"""Jobs of the notices: read the stream, send what is due, tidy up. The network lies between transactions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta
from itertools import groupby
from typing import TypeVar

from django.conf import settings
from procrastinate.contrib.django import app

from wangge.catalogue import queries as catalogue
from wangge.foundation import clock
from wangge.foundation.models import Event
from wangge.foundation.subscriptions import advance, begin_now
from wangge.notices import operations
from wangge.notices.mailing import mail_digest
from wangge.notices.posting import post
from wangge.notices.queries import wishing_since
from wangge.notices.rules.mailing import SETTLED_AFTER, is_working
from wangge.notices.texting import NUMBERS, send_text
from wangge.notices.types import Failure, Outcome, Sending
from wangge.workforce import queries as workforce

#: How many rounds one job sends, and how long one target may hold up a round.
ROUNDS, LANE_FOR = 50, timedelta(seconds=20)
_log = logging.getLogger(__name__)
_One = TypeVar("_One")
_NO_ANSWER = frozenset({Failure.TIMED_OUT, Failure.NO_CONNECTION})


@app.periodic(cron="* * * * * */3")
@app.task(queue="notices", name="notices.tell", queueing_lock="notices.tell")
def tell(timestamp: int) -> None:
    """Events become notices, until none is left."""

    def handle(events: Sequence[Event]) -> None:
        operations.tell(events=events, at=clock.now())

    while advance("notices", handle):
        pass


@app.periodic(cron="* * * * * */3")
@app.task(queue="notices", name="notices.queue_deliveries", queueing_lock="notices.queue_deliveries")
def queue_deliveries(timestamp: int) -> None:
    """Events become deliveries, until none is left."""

    def handle(events: Sequence[Event]) -> None:
        operations.queue_deliveries(events=events, at=clock.now())

    while advance("webhooks", handle):
        pass


@app.periodic(cron="* * * * * */5")
@app.task(queue="notices", name="notices.deliver", lock="notices.deliver", queueing_lock="notices.deliver")
def deliver(timestamp: int) -> None:
    """Send what is due, in rounds until nothing is, or for so many that others get their turn."""
    for _ in range(ROUNDS):
        claimed = operations.claim_due(at=clock.now())
        if not claimed:
            return
        _round(claimed)


def _round(claimed: Iterable[Sending]) -> None:
    """The targets side by side, each one's messages one after the other."""
    lanes = [list(lane) for _, lane in groupby(claimed, key=lambda one: one.target_id)]
    with ThreadPoolExecutor(max_workers=len(lanes)) as pool:  # threads touch the network only
        for done in as_completed([pool.submit(_send, lane) for lane in lanes]):
            _note(done.result())


def _send(lane: Sequence[Sending]) -> list[tuple[Sending, Outcome | None]]:
    return list(_outcomes(lane, lambda sending: post(sending, at=clock.now())))


def _outcomes(lane: Iterable[_One], send: Callable[[_One], Outcome]) -> Iterator[tuple[_One, Outcome | None]]:
    """One outcome each; None for what isn't tried, because the other side doesn't answer or takes too long for all."""
    is_silent, until = False, clock.now() + LANE_FOR
    for one in lane:
        is_silent = is_silent or clock.now() > until
        outcome = None if is_silent else send(one)
        is_silent = is_silent or (outcome is not None and outcome.failure in _NO_ANSWER)
        yield one, outcome


def _note(lane: Iterable[tuple[Sending, Outcome | None]]) -> None:
    left = []
    for sending, outcome in lane:
        if outcome is None:
            left.append(sending.delivery_id)
        else:
            operations.note_outcome(delivery_id=sending.delivery_id, outcome=outcome, at=clock.now())
    operations.give_back(delivery_ids=left, at=clock.now())


@app.periodic(cron="* * * * * */3")
@app.task(queue="notices", name="notices.queue_texts", queueing_lock="notices.queue_texts")
def queue_texts(timestamp: int) -> None:
    """Events become text messages to reporters who agreed to them, until none is left; nothing without a gateway."""

    def handle(events: Sequence[Event]) -> None:
        operations.queue_texts(events=events, at=clock.now())

    if not settings.SMS_GATEWAY["url"]:
        return
    begin_now("texts")  # nobody agreed to anything before there was a gateway
    while advance("texts", handle):
        pass


@app.periodic(cron="* * * * * */5")
@app.task(queue="notices", name="notices.send_texts", lock="notices.send_texts", queueing_lock="notices.send_texts")
def send_texts(timestamp: int) -> None:
    """Hand what is due to the gateway, one after the other; nothing without a gateway."""
    NUMBERS.forget_rested()
    for _ in range(ROUNDS):
        claimed = operations.claim_texts(at=clock.now()) if settings.SMS_GATEWAY["url"] else []
        if not claimed:
            return
        left = []
        for text, outcome in _outcomes(claimed, lambda text: send_text(text, at=clock.now())):
            if outcome is None:
                left.append(text.id)
            elif operations.note_text(text_id=text.id, outcome=outcome, at=clock.now()):
                _log.warning(
                    "A text message about case %s was given up: %s", text.case_no, outcome.status or outcome.failure
                )
        operations.give_texts_back(text_ids=left, at=clock.now())
        if left:  # the gateway doesn't answer: others need this worker
            return


@app.periodic(cron="*/10 * * * *")
@app.task(queue="notices", name="notices.mail", lock="notices.mail", queueing_lock="notices.mail")
def mail(timestamp: int) -> None:
    """One mail with what is new to each who wishes for mail, in their working hours; nothing without a mail server."""
    at = clock.now()
    until = at - SETTLED_AFTER
    for user_id in _at_work(wishing_since(until), at):
        if mail_digest(user_id, until=until):
            operations.note_mailed(user_id=user_id, until=until, at=at)


def _at_work(user_ids: Sequence[int], at: datetime) -> list[int]:
    """Those of them whose centre, or one of their centres, is working."""
    areas = workforce.areas_of(user_ids, at=at)
    working = {
        area: is_working(at, catalogue.office_calendar(area, at=at))
        for area in {one for of_one in areas.values() for one in of_one}
    }
    return [user_id for user_id in user_ids if any(working[area] for area in areas.get(user_id, ()))]


@app.periodic(cron="5 9 * * 1")
@app.task(queue="notices", name="notices.warn_of_calendar", queueing_lock="notices.warn_of_calendar")
def warn_of_calendar(timestamp: int) -> None:
    """On Mondays: does the working calendar reach far enough?"""
    operations.warn_of_calendar(at=clock.now())


@app.periodic(cron="50 3 * * *")
@app.task(queue="notices", name="notices.tidy_up", queueing_lock="notices.tidy_up")
def tidy_up(timestamp: int) -> None:
    """Notices and deliveries past their day go; what lies sealed is sealed with the newest key."""
    operations.forget_old(at=clock.now())
    operations.reseal(at=clock.now())
