"""Indices as earlier versions of the formulas said them, for periods that were closed by these. Data, and look-ups."""

from __future__ import annotations

from wangge.analysis.rules.table import BY_CODE, FIRST, INDICES, KNOWN, OURS, Both, Index, K
from wangge.analysis.types import ScopeKind

_SENT, _EXTENDED, _SUPERVISED = (BY_CODE[code] for code in ("dispatched", "extension_rate", "supervise_on_time_rate"))
_ANSWERED = BY_CODE["satisfaction_rate"].levels
#: By version: what it counted otherwise, and what it counted that is counted no more.
FORMER: dict[str, tuple[Index, ...]] = {FIRST: (
    Index("returned", K.COUNT, Both("退单成立数", "Returns upheld"),
          Both("期内派遣中退单申请成立的", "dispatches of the period that were returned and the return upheld"),
          _SENT.left_out, _SENT.levels, OURS, is_context=True),
    Index("revisit_rate", K.RATE, Both("回访率", "Revisit coverage"),
          Both("回访成功（已作答）÷ 期内结案且留有联系方式", "reached and answered ÷ closed in the period with a contact left"),
          Both("未留联系方式的上报；协办件。", "Reports without a contact; sub-cases."),
          _ANSWERED, "S20"),
    Index("satisfaction_rate", K.RATE, Both("满意率", "Satisfaction rate"),
          Both("（满意 + 基本满意）÷ 有效评价", "(satisfied + basically satisfied) ÷ valid ratings"),
          Both("未评价、未联系上、不愿评价的；它们见回访率。", "Whoever did not rate, was not reached or declined: see coverage."),
          _ANSWERED, "S30, S31"),
    Index("solved_rate", K.RATE, Both("解决率", "Solved rate"),
          Both("上报人认为已解决 ÷ 回答过此问题的", "reporter says it is solved ÷ reporters who answered that question"),
          Both("没有回答“是否解决”的评价。", "Ratings without an answer to “is it solved?”."),
          _ANSWERED, OURS),
    Index("extension_rate", K.RATE, Both("延期率", "Extension rate"),
          Both("期内结案且最后一轮办理批准过延期 ÷ 期内结案", "closed in the period with an extension approved in the last round ÷ closed in the period"),
          _EXTENDED.left_out, _EXTENDED.levels, OURS, higher_is_better=False),
    Index("supervise_on_time_rate", K.RATE, Both("督办按期办结率", "Supervised cases finished in time"),
          Both("督办期限内提交结果 ÷ 督办期限落在期内的督办单", "finished by the supervision deadline ÷ orders whose deadline lies in the period"),
          _SUPERVISED.left_out, _SUPERVISED.levels, "S18"),
    Index("ratings", K.COUNT, Both("评价分布", "Ratings"),
          Both("期内结案案件的有效评价", "valid ratings of cases closed in the period"),
          Both("无。", "Nothing."), _ANSWERED, OURS, is_context=True),
),
}  # fmt: skip
_FORMER_ONLY = {one.code: one for former in FORMER.values() for one in former if one.code not in BY_CODE}


def indices_of(formulas: str) -> tuple[Index, ...]:
    """The indices of a version in the order of the table, as it said them; those of today for an unknown one."""
    if formulas not in KNOWN:
        return INDICES
    former = {one.code: one for one in FORMER.get(formulas, ())}
    kept = [former.pop(one.code, one) for one in INDICES if one.code in former or one.version <= formulas]
    return (*kept, *former.values())


def index_in(code: str, formulas: str) -> Index | None:
    """One index as a version said it; None where that version has none of this code."""
    return next((one for one in indices_of(formulas) if one.code == code), None)


def any_index(code: str) -> Index | None:
    """The index of this code of any version, as it is said today."""
    return BY_CODE.get(code) or _FORMER_ONLY.get(code)


def levels_of(code: str) -> tuple[ScopeKind, ...]:
    """The kinds of scope an index is published for; no version changed them so far."""
    found = any_index(code)
    return found.levels if found else ()
