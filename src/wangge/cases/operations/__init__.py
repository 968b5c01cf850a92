"""What may be done to a case, one module per step of the process."""

from wangge.cases.operations.contact import forget_contacts, open_for_sms, unmask_contact, withdraw_sms
from wangge.cases.operations.follow_up import follow_up
from wangge.cases.operations.in_the_grid import report_and_take_on
from wangge.cases.operations.routing import run_routing_simulation, simulate_routing
from wangge.cases.operations.step1_discover import Report, object_to_refusal, report, supplement, withdraw
from wangge.cases.operations.step2_accept import accept, merge, refuse, return_to_reporter, unmerge, void
from wangge.cases.operations.step3_dispatch import dispatch, escalate, sign, transfer
from wangge.cases.operations.step3_return import refuse_return, request_return, uphold_return
from wangge.cases.operations.step4_handle import self_handle, submit_result
from wangge.cases.operations.step4_jointly import start_joint_handling
from wangge.cases.operations.step4_more_time import (
    approve_extension,
    refuse_extension,
    refuse_suspension,
    request_extension,
    request_suspension,
    resume,
    suspend,
)
from wangge.cases.operations.step5_track import lapse, recount_deadline, resume_as_planned, turn_light
from wangge.cases.operations.step6_supervise import acknowledge, release, reply, supervise, urge
from wangge.cases.operations.step7_feedback import feedback, rework, verify
from wangge.cases.operations.step8_evaluate import archive, rate, reopen

__all__ = [
    "Report", "accept", "acknowledge", "approve_extension", "archive", "dispatch", "escalate", "feedback",
    "follow_up", "forget_contacts", "lapse", "merge", "object_to_refusal", "open_for_sms", "rate",
    "recount_deadline", "refuse", "refuse_extension", "refuse_return", "refuse_suspension", "release", "reopen",
    "reply", "report", "report_and_take_on", "request_extension", "request_return", "request_suspension", "resume",
    "resume_as_planned", "return_to_reporter", "rework", "run_routing_simulation", "self_handle", "sign",
    "simulate_routing", "start_joint_handling", "submit_result", "supervise", "supplement", "suspend", "transfer",
    "turn_light", "unmask_contact", "unmerge", "uphold_return", "urge", "verify", "void", "withdraw",
    "withdraw_sms",
]  # fmt: skip
