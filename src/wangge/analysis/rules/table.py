"""The table of indices: what each is called, how it is counted, for whom it is published, and by whose rule. Data.

`FORMULAS` names the version of table and counting together. A formula that changes gets a new version; closed
periods keep the one they were counted with, and the words of then stand in `table_former`. Sources as in the field's
notes: [S1] … and "ours" where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

from wangge.analysis.types import IndexKind, ScopeKind

#: The version of all formulas below and of `counting`; and all that closed periods can still be counted again by.
FORMULAS = "2026-2"
FIRST = "2026-1"
KNOWN = (FIRST, FORMULAS)
#: Below this denominator a rate is chance rather than work.
MIN_N = 20
OURS = "ours"

K = IndexKind
_PLACES = (ScopeKind.COUNTY, ScopeKind.TOWNSHIP, ScopeKind.COMMUNITY, ScopeKind.GRID)
_MATTERS = (ScopeKind.CATEGORY, ScopeKind.SUBITEM, ScopeKind.TASK)
_ALL = (*_PLACES, ScopeKind.UNIT, *_MATTERS)
_DESK = (ScopeKind.COUNTY, ScopeKind.TOWNSHIP, *_MATTERS)


@dataclass(frozen=True, slots=True)
class Both:
    """A text in Chinese and in English; neither is a gloss of the other."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Index:
    """One index. `is_context` ones are shown and never judged: no target, no part in the composite.

    `version` is the one since which it is counted as it says; `of_cases` whether there are cases behind it.
    """

    code: str
    kind: IndexKind
    name: Both
    formula: Both
    left_out: Both
    levels: tuple[ScopeKind, ...]
    source: str
    is_context: bool = False
    higher_is_better: bool = True
    version: str = FIRST
    of_cases: bool = True


_NOTHING = Both("无。", "Nothing.")
_SUSPENDED = Both(
    "仍在挂账、时限停走的案件；已撤回、已作废的案件。", "Cases whose clock stands still; withdrawn and voided ones."
)
_NOT_ASKED = Both(
    "未留联系方式的、已自行评价的；协办件。", "Whoever left no contact or rated unasked; sub-cases of joint handling."
)
_SUB = Both("联合处置的协办件（它们不是上报）。", "Sub-cases of joint handling: they are no reports.")
_VOID = Both("已作废的案件。", "Voided cases.")

INDICES: tuple[Index, ...] = (
    # --- counts: context, never a measure of anybody ---------------------------------------------------
    Index("reported", K.COUNT, Both("上报数", "Reports"),
          Both("期内收到的上报（并案、不予受理之前）", "reports received in the period, before merging and refusal"),
          _SUB, (*_PLACES,), OURS, is_context=True),
    Index("accepted", K.COUNT, Both("受理数", "Accepted"), Both("期内立案的案件", "cases accepted in the period"),
          _SUB, (*_PLACES, *_MATTERS), OURS, is_context=True),
    Index("refused", K.COUNT, Both("不予受理数", "Refused"),
          Both("期内说明理由后不予受理的上报", "reports refused with a reason in the period"),
          _SUB, _PLACES, OURS, is_context=True),
    Index("merged", K.COUNT, Both("并案数", "Merged"),
          Both("期内并入其他案件的上报", "reports merged into another case in the period"),
          _SUB, _PLACES, OURS, is_context=True),
    Index("dispatched", K.COUNT, Both("分流数", "Dispatches"),
          Both("期内指挥中心的派遣（含改派）", "dispatches by the desks in the period, first and repeated"),
          _VOID, _ALL, OURS, is_context=True),
    Index("returns_asked", K.COUNT, Both("申请退单数", "Returns asked"),
          Both("期内派遣中单位申请退单的", "dispatches of the period the unit asked to return"),
          _VOID, _ALL, OURS, is_context=True, version=FORMULAS),
    Index("returns_upheld", K.COUNT, Both("退单成立数", "Returns upheld"),
          Both("期内派遣中退单申请成立（确属误派）的", "dispatches of the period whose return was upheld: they were misdispatched"),
          _VOID, _ALL, "S19", is_context=True, version=FORMULAS),
    Index("returns_refused", K.COUNT, Both("退单驳回数", "Returns refused"),
          Both("期内派遣中退单申请被驳回的", "dispatches of the period whose return was refused"),
          _VOID, _ALL, "S19", is_context=True, version=FORMULAS),
    Index("closed", K.COUNT, Both("办结数", "Closed"), Both("期内结案的案件", "cases closed in the period"),
          _SUB, _ALL, OURS, is_context=True),
    Index("verified", K.COUNT, Both("核查数", "Verifications"),
          Both("期内由人完成的核查", "verifications done by somebody in the period"),
          Both("未抽中、由系统直接通过的自处案件。", "Self-handled cases that were not sampled."),
          _ALL, OURS, is_context=True),
    Index("sent_back", K.COUNT, Both("核查退回数", "Sent back"),
          Both("期内把案件退回处置的核查", "verifications of the period that sent the case back"),
          _VOID, _ALL, OURS, is_context=True),
    Index("voided", K.COUNT, Both("作废数", "Voided"), Both("期内作废的案件", "cases voided in the period"),
          _NOTHING, _PLACES, OURS, is_context=True),
    Index("suspended_stock", K.COUNT, Both("挂账数", "Suspended stock"),
          Both("期末处于挂起状态的案件（附原因、计划日期）", "cases suspended when the period ends, with reason and planned date"),
          _VOID, _ALL, "S19", is_context=True),
    Index("other_ratings", K.COUNT, Both("另列评价数", "Ratings apart"),
          Both("期内结案案件中上报人自行作出、或未留联系方式的评价；不计入满意率和回访率", "ratings of cases closed in the period given unasked, or without a contact to call back; no part of satisfaction and its coverage"),
          Both("协办件。", "Sub-cases of joint handling."), (*_PLACES, ScopeKind.UNIT), OURS, is_context=True, version=FORMULAS),
    Index("other_ratings_no_contact", K.COUNT, Both("另列评价中无法回访的", "Ratings apart, no contact"),
          Both("未留联系方式、无法回访的上报人的评价", "ratings of reporters who left no contact and can’t be called back"),
          Both("协办件。", "Sub-cases of joint handling."), (*_PLACES, ScopeKind.UNIT), OURS, is_context=True, version=FORMULAS),
    Index("unlisted_task_count", K.COUNT, Both("清单外派任务数", "Tasks outside the list"),
          Both("立案事项当日不在有效准入清单内的案件；必须为 0", "cases accepted under a task that was not on the effective list that day; must be 0"),
          _SUB, (ScopeKind.COUNTY,), "S5", is_context=True),
    Index("report_forms_active", K.COUNT, Both("在用报表数", "Forms in use"),
          Both("期末准入清单内按日、周、月、季或年重复填写信息项的事项", "tasks on the effective list at the end of the period that ask for fields daily, weekly, monthly, quarterly or yearly"),
          Both("只在事情发生时填写的事项。", "Tasks that ask only when something happens."),
          (ScopeKind.COUNTY,), "S46", is_context=True, version=FORMULAS, of_cases=False),
    # --- rates ----------------------------------------------------------------------------------------
    Index("closure_rate", K.RATE, Both("办结率", "Closure rate"),
          Both("期内立案且统计截止时已结案 ÷ 期内立案", "accepted in the period and closed at the cut-off ÷ accepted in the period"),
          _SUB, _ALL, "S1, S29, S30"),
    Index("on_time_closure_rate", K.RATE, Both("按时办结率", "On-time closure rate"),
          Both("有效时限落在期内且按时提交结果 ÷ 有效时限落在期内", "deadline in the period and result submitted by then ÷ deadline in the period"),
          _SUSPENDED, _ALL, "S18"),
    Index("overdue_rate", K.RATE, Both("超期率", "Overdue rate"),
          Both("1 − 按时办结率", "1 − on-time closure rate"), _SUSPENDED, _ALL, OURS, higher_is_better=False),
    Index("accept_timely_rate", K.RATE, Both("受理及时率", "Timely acceptance rate"),
          Both("受理时限内决定（受理、不予受理、并案）÷ 受理时限落在期内的上报", "decided (accepted, refused or merged) within the limit ÷ reports whose acceptance limit ends in the period"),
          Both("等待上报人补充的时间；已撤回的上报。", "Time in which the reporter was asked for more; withdrawn reports."),
          (ScopeKind.COUNTY, ScopeKind.TOWNSHIP), "S22"),
    Index("dispatch_accuracy", K.RATE, Both("分流准确率", "Dispatch accuracy"),
          Both("1 − 退单成立数 ÷ 分流数", "1 − returns upheld ÷ dispatches"), _VOID, _DESK, "S19"),
    Index("return_rate", K.RATE, Both("退单率", "Return rate"),
          Both("期内派遣中单位申请退单的 ÷ 期内派遣", "dispatches of the period the unit asked to return ÷ dispatches received in the period"),
          _VOID, (ScopeKind.UNIT, ScopeKind.COUNTY), OURS, higher_is_better=False),
    Index("fair_return_rate", K.RATE, Both("退单合理率", "Fair returns"),
          Both("1 − 被驳回的退单 ÷ 期内派遣", "1 − refused returns ÷ dispatches received in the period"),
          _VOID, (ScopeKind.UNIT, ScopeKind.COUNTY), OURS),
    Index("first_pass_rate", K.RATE, Both("一次核查通过率", "First-pass verification rate"),
          Both("首次核查即通过 ÷ 期内首次核查的案件", "cases that passed their first verification ÷ cases first verified in the period"),
          Both("未抽中、由系统直接通过的自处案件。", "Self-handled cases that were not sampled."), _ALL, OURS),
    Index("rework_rate", K.RATE, Both("返工率", "Rework rate"),
          Both("期内结案且有过核查退回或重新办理 ÷ 期内结案", "closed in the period after a failed verification or a re-opening ÷ closed in the period"),
          _VOID, _ALL, "S17", higher_is_better=False),
    Index("reopen_rate", K.RATE, Both("重新办理率", "Re-open rate"),
          Both("结案后 30 日内重新办理 ÷ 期内结案", "re-opened within 30 days ÷ closed in the period"),
          _VOID, _ALL, OURS, higher_is_better=False),
    Index("extension_rate", K.RATE, Both("延期率", "Extension rate"),
          Both("期内结案且批准过延期（含重新办理前）÷ 期内结案", "closed in the period with an approved extension, also before a re-opening ÷ closed in the period"),
          _VOID, _ALL, OURS, higher_is_better=False, version=FORMULAS),
    Index("supervise_on_time_rate", K.RATE, Both("督办按期办结率", "Supervised cases finished in time"),
          Both("督办期限内提交结果（含督办前已提交、待核查的）÷ 督办期限落在期内的督办单", "finished by the supervision deadline, or waiting for its check when the order was opened ÷ orders whose deadline lies in the period"),
          Both("期限前已解除的督办单。", "Orders released before their deadline."), _ALL, "S18", version=FORMULAS),
    Index("revisit_rate", K.RATE, Both("回访率", "Revisit coverage"),
          Both("回访中作答的 ÷ 期内结案、留有联系方式且未自行评价的", "answered at a revisit ÷ closed in the period with a contact left and not rated unasked"),
          _NOT_ASKED, (*_PLACES, ScopeKind.UNIT), "S20", version=FORMULAS),
    Index("satisfaction_rate", K.RATE, Both("满意率", "Satisfaction rate"),
          Both("（满意 + 基本满意）÷ 回访中作答的；与回访率同一批人", "(satisfied + basically satisfied) ÷ answered at a revisit; of the same people as the coverage"),
          Both("自行评价、未留联系方式的（另列）；未联系上、不愿评价的（见回访率）。", "Ratings given unasked or without a contact (they stand apart); whoever was not reached or declined: see coverage."),
          (*_PLACES, ScopeKind.UNIT), "S30, S31", version=FORMULAS),
    Index("solved_rate", K.RATE, Both("解决率", "Solved rate"),
          Both("认为已解决 ÷ 回访中回答了“是否解决”的", "say it is solved ÷ were asked so at a revisit and answered"),
          Both("自行评价的；回访中没有回答“是否解决”的。", "Ratings given unasked; revisits without an answer to “is it solved?”."),
          (*_PLACES, ScopeKind.UNIT), OURS, version=FORMULAS),
    Index("other_satisfaction", K.RATE, Both("另列评价满意占比", "Satisfied among ratings apart"),
          Both("（满意 + 基本满意）÷ 另列评价", "(satisfied + basically satisfied) ÷ ratings apart"),
          Both("回访中的评价。自行评价的人不是抽取的，不代表其他人。", "Answers at revisits. Whoever rates unasked was not drawn and does not speak for the others."),
          (*_PLACES, ScopeKind.UNIT), OURS, is_context=True, version=FORMULAS),
    # --- others ---------------------------------------------------------------------------------------
    Index("median_handling_hours", K.SPREAD, Both("处置时长中位数", "Median handling time"),
          Both("期内结案案件净处置小时数的中位数与 P90", "median and P90 of the net handling hours of cases closed in the period"),
          Both("挂起、等待核查的时间。", "Time suspended or waiting for a verification."),
          (*_PLACES, ScopeKind.UNIT, *_MATTERS), OURS, is_context=True),
    Index("urge_count_per_case", K.RATIO, Both("平均催办次数", "Urges per case"),
          Both("期内催办次数 ÷ 期内在办案件", "urges in the period ÷ cases in hand during the period"),
          _VOID, (ScopeKind.COUNTY, ScopeKind.UNIT), OURS, is_context=True),
    Index("proactive_share", K.RATE, Both("主动发现占比", "Share found by patrol"),
          Both("网格员上报的立案 ÷ 期内立案", "accepted reports of grid workers ÷ accepted in the period"),
          _SUB, _PLACES, OURS, is_context=True),
    Index("level_split", K.SPLIT, Both("分级解决结构", "Resolution by level"),
          Both("各层级结案 ÷ 期内结案（网格；村社区、镇街、区县；综合执法）", "closed at each level ÷ closed in the period (grid; community, township and county; enforcement)"),
          Both("未记录层级的结案计入分母。", "Nothing; closings without a recorded level stay in the denominator."),
          (ScopeKind.COUNTY, ScopeKind.TOWNSHIP), "S1", is_context=True),
    Index("ratings", K.COUNT, Both("回访评价分布", "Answers at revisits"),
          Both("期内结案案件回访中的评价", "what was answered at revisits of cases closed in the period"),
          _NOT_ASKED, (*_PLACES, ScopeKind.UNIT), OURS, is_context=True, version=FORMULAS),
)  # fmt: skip

SPREADS = frozenset(one.code for one in INDICES if one.kind is IndexKind.SPREAD)

BY_CODE = {one.code: one for one in INDICES}
