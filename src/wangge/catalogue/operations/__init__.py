"""Writing the catalogue: reference data, applications and what becomes of them, temporary items."""

from wangge.catalogue.operations.applying import (
    AlreadySent,
    BadField,
    ForbiddenField,
    NoDepartment,
    NoSuchField,
    NotOnTheList,
    NotYourTask,
    discard_draft,
    draft_application,
    drop_field,
    put_field,
    save_application,
    send_application,
)
from wangge.catalogue.operations.clocks import ClockRulesOutOfRange, ClockRulesTooEarly, adopt_clock_rules
from wangge.catalogue.operations.loading import load_calendar, load_guards, load_task_list
from wangge.catalogue.operations.publishing import apply_due_applications, publish_application
from wangge.catalogue.operations.reviewing import (
    OverrideNeeded,
    approve_application,
    forward_application,
    refuse_application,
    return_application,
    take_up,
)
from wangge.catalogue.operations.stepping import RefusedByCheck
from wangge.catalogue.operations.temporary import (
    AlreadyDecided,
    TemporaryAsked,
    UnknownCategory,
    ask_temporary_item,
    consent_to_temporary_item,
    refuse_temporary_item,
    stop_temporary_item,
)

__all__ = [
    "AlreadyDecided",
    "AlreadySent",
    "BadField",
    "ClockRulesOutOfRange",
    "ClockRulesTooEarly",
    "ForbiddenField",
    "NoDepartment",
    "NoSuchField",
    "NotOnTheList",
    "NotYourTask",
    "OverrideNeeded",
    "RefusedByCheck",
    "TemporaryAsked",
    "UnknownCategory",
    "adopt_clock_rules",
    "apply_due_applications",
    "approve_application",
    "ask_temporary_item",
    "consent_to_temporary_item",
    "discard_draft",
    "draft_application",
    "drop_field",
    "forward_application",
    "load_calendar",
    "load_guards",
    "load_task_list",
    "publish_application",
    "put_field",
    "refuse_application",
    "refuse_temporary_item",
    "return_application",
    "save_application",
    "send_application",
    "stop_temporary_item",
    "take_up",
]
