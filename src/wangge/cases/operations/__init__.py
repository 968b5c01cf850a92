"""What may be done to a case, one module per step of the process."""

from wangge.cases.operations.contact import forget_contacts, unmask_contact
from wangge.cases.operations.follow_up import follow_up
from wangge.cases.operations.in_the_grid import report_and_take_on
from wangge.cases.operations.routing import run_routing_simulation, simulate_routing
from wangge.cases.operations.step1_discover import Report, report, supplement, withdraw
from wangge.cases.operations.step2_accept import accept, merge, refuse, return_to_reporter, unmerge
from wangge.cases.operations.step3_dispatch import dispatch, sign, transfer
from wangge.cases.operations.step4_handle import self_handle, submit_result
from wangge.cases.operations.step5_track import lapse
from wangge.cases.operations.step7_feedback import feedback, rework, verify
from wangge.cases.operations.step8_evaluate import archive, rate, reopen

__all__ = [
    "Report", "accept", "archive", "dispatch", "feedback", "follow_up", "forget_contacts", "lapse", "merge",
    "rate", "refuse", "reopen", "report", "report_and_take_on", "return_to_reporter", "rework",
    "run_routing_simulation", "self_handle", "sign", "simulate_routing", "submit_result", "supplement", "transfer",
    "unmask_contact", "unmerge", "verify", "withdraw",
]  # fmt: skip
