"""What is written about notices, webhooks, mail and text messages. One function a verb."""

from wangge.notices.operations.deliveries import (
    claim_due,
    forget_old,
    give_back,
    note_outcome,
    queue_deliveries,
    reseal,
    send_test,
)
from wangge.notices.operations.mail import note_mailed, wish_for_mail
from wangge.notices.operations.reading import mark_all_read, mark_read
from wangge.notices.operations.targets import (
    add_target,
    change_target,
    end_target,
    pause_target,
    resume_target,
    rotate_secret,
)
from wangge.notices.operations.telling import tell, warn_of_calendar
from wangge.notices.operations.texts import claim_texts, give_texts_back, note_text, queue_texts

__all__ = [
    "add_target",
    "change_target",
    "claim_due",
    "claim_texts",
    "end_target",
    "forget_old",
    "give_back",
    "give_texts_back",
    "mark_all_read",
    "mark_read",
    "note_mailed",
    "note_outcome",
    "note_text",
    "pause_target",
    "queue_deliveries",
    "queue_texts",
    "reseal",
    "resume_target",
    "rotate_secret",
    "send_test",
    "tell",
    "warn_of_calendar",
    "wish_for_mail",
]
