"""One text message to a reporter, handed to the gateway of the place. The only place that opens a number by itself.

The number is opened for one message, logged as a look by the system, and forgotten with it. What is said is the
case number and the address of the page: nothing of the report, its place, or any person.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime

import orjson
from django.conf import settings
from django.utils import translation

from wangge.cases.operations import open_for_sms
from wangge.cases.types import SmsReceiver
from wangge.foundation.errors import Unavailable
from wangge.foundation.limits import Door, TooOften
from wangge.notices.posting import post
from wangge.notices.rules.texting import PER_NUMBER_AND_DAY, mobile_number
from wangge.notices.rules.webhooks import is_taken
from wangge.notices.types import DueText, Failure, Outcome, Sending
from wangge.notices.words import TEXTS

#: How many messages a number gets. It is known by a digest under a key of this process, for a day at most.
NUMBERS = Door(PER_NUMBER_AND_DAY, PER_NUMBER_AND_DAY / (24 * 60))
_pepper = secrets.token_bytes(32)


def send_text(text: DueText, *, at: datetime) -> Outcome:
    """Open the contact, hand one message to the gateway; what came of it."""
    try:
        receiver = open_for_sms(case_no=text.case_no, at=at)
    except Unavailable:  # sealed with a key that is lost: the next message may do better
        return Outcome(failure=Failure.NO_NUMBER)
    if receiver is None:
        return Outcome(failure=Failure.NOT_WANTED)
    number = mobile_number(receiver.phone)
    if number is None:
        return Outcome(failure=Failure.NO_NUMBER)
    digest = hmac.digest(_pepper, number.encode(), "sha256").hex()
    try:
        NUMBERS.require_open(digest)
    except TooOften:
        return Outcome(failure=Failure.TOO_OFTEN)
    outcome = post(_sending(text, receiver, number), at=at, may_reach=_wherever_the_settings_say)
    if is_taken(outcome):
        NUMBERS.knock(digest)
    return outcome


def _sending(text: DueText, receiver: SmsReceiver, number: str) -> Sending:
    language = receiver.language if receiver.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    said = {"case_no": text.case_no, "address": f"{settings.PUBLIC_ADDRESS}/r/{receiver.query_code}"}
    with translation.override(language):
        words = str(TEXTS[text.kind]).format(**said)
    data = {"to": number, "text": words, "template": text.kind.lower(), "language": language, "values": said}
    body = orjson.dumps({"type": "reporter.text", "timestamp": text.at.isoformat(), "data": data})
    gateway = settings.SMS_GATEWAY
    return Sending(text.id, 0, f"msg_text_{text.event_id}_{text.case_no}", gateway["url"], body, (gateway["secret"],))


def _wherever_the_settings_say(address: str) -> bool:
    """Who runs the machine names the gateway, and it may well stand beside it."""
    return True
