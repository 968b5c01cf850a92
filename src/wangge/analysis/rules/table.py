"""The table of indices: what each is called, how it is counted, for whom it is published, and by whose rule. Data.

`FORMULAS` names the version of table and counting together. A formula that changes gets a new version; closed
periods keep the one they were counted with. Sources as in the field's notes: [S1] … and "ours" where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

from wangge.analysis.types import IndexKind, ScopeKind

#: The version of all formulas below and of `counting`.
FORMULAS = "2026-1"
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
    """One index. `is_context` ones are shown and never judged: no target, no part in the composite."""

    code: str
    kind: IndexKind
    name: Both
    formula: Both
    left_out: Both
    levels: tuple[ScopeKind, ...]
    source: str
    is_context: bool = False
    higher_is_better: bool = True
    version: str = FORMULAS


_NOTHING = Both("无。", "Nothing.")
_SUSPENDED = Both(
    "仍在挂账、时限停走的案件；已撤回、已作废的案件。", "Cases whose clock stands still; withdrawn and voided ones."
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
    Index("returned", K.COUNT, Both("退单成立数", "Returns upheld"),
          Both("期内派遣中退单申请成立的", "dispatches of the period that were returned and the return upheld"),
          _VOID, _ALL, OURS, is_context=True),
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
    Index("unlisted_task_count", K.COUNT, Both("清单外派任务数", "Tasks outside the list"),
          Both("立案事项当日不在有效准入清单内的案件；必须为 0", "cases accepted under a task that was not on the effective list that day; must be 0"),
          _SUB, (ScopeKind.COUNTY,), "S5", is_context=True),
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
          Both("期内结案且批准过延期 ÷ 期内结案", "closed in the period with an approved extension ÷ closed in the period"),
          _VOID, _ALL, OURS, higher_is_better=False),
    Index("supervise_on_time_rate", K.RATE, Both("督办按期办结率", "Supervised cases finished in time"),
          Both("督办期限内提交结果 ÷ 督办期限落在期内的督办单", "finished by the supervision deadline ÷ orders whose deadline lies in the period"),
          Both("期限前已解除的督办单。", "Orders released before their deadline."), _ALL, "S18"),
    Index("revisit_rate", K.RATE, Both("回访率", "Revisit coverage"),
          Both("回访成功（已作答）÷ 期内结案且留有联系方式", "reached and answered ÷ closed in the period with a contact left"),
          Both("未留联系方式的上报；协办件。", "Reports without a contact; sub-cases."),
          (*_PLACES, ScopeKind.UNIT), "S20"),
    Index("satisfaction_rate", K.RATE, Both("满意率", "Satisfaction rate"),
          Both("（满意 + 基本满意）÷ 有效评价", "(satisfied + basically satisfied) ÷ valid ratings"),
          Both("未评价、未联系上、不愿评价的；它们见回访率。", "Whoever did not rate, was not reached or declined: see coverage."),
          (*_PLACES, ScopeKind.UNIT), "S30, S31"),
    Index("solved_rate", K.RATE, Both("解决率", "Solved rate"),
          Both("上报人认为已解决 ÷ 回答过此问题的", "reporter says it is solved ÷ reporters who answered that question"),
          Both("没有回答“是否解决”的评价。", "Ratings without an answer to “is it solved?”."),
          (*_PLACES, ScopeKind.UNIT), OURS),
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
    Index("ratings", K.COUNT, Both("评价分布", "Ratings"),
          Both("期内结案案件的有效评价", "valid ratings of cases closed in the period"),
          _NOTHING, (*_PLACES, ScopeKind.UNIT), OURS, is_context=True),
)  # fmt: skip

BY_CODE = {one.code: one for one in INDICES}
SPREADS = frozenset(one.code for one in INDICES if one.kind is IndexKind.SPREAD)


def levels_of(code: str) -> tuple[ScopeKind, ...]:
    """The kinds of scope an index is published for."""
    return BY_CODE[code].levels


@dataclass(frozen=True, slots=True)
class Later:
    """An index that is wanted and cannot be counted yet, and why."""

    code: str
    name: Both
    why: Both


_NO_POINTS = Both("系统尚无巡查点位和周期。", "The system holds no points to patrol and no cycles yet.")
_NO_HAZARDS = Both("隐患尚未作为带复查日期的记录保存。", "Hazards are not kept with a date of recheck yet.")
_NO_HUB = Both(
    "尚无数据交换：没有推送和申请可计。", "There is no exchange of data yet: nothing is pushed or applied for."
)
_NO_FORMS = Both("表单尚未记录哪些字段由系统预填。", "Forms do not record yet which fields the system filled.")

LATER: tuple[Later, ...] = (
    Later("patrol_coverage", Both("巡查到位率", "Patrol coverage"), _NO_POINTS),
    Later("hazard_recheck_rate", Both("隐患复查率", "Hazards rechecked"), _NO_HAZARDS),
    Later("hazard_fix_rate", Both("隐患整改率", "Hazards fixed"), _NO_HAZARDS),
    Later("care_visit_rate", Both("探访完成率", "Care visits done"),
          Both("尚无经本人同意的探访约定。", "No visits agreed with the person are kept yet.")),
    Later("prefill_rate", Both("预填率", "Prefilled fields"), _NO_FORMS),
    Later("duplicate_entry_rate", Both("重复录入率", "Fields typed again"), _NO_FORMS),
    Later("median_report_seconds", Both("上报用时中位数", "Median time to report"),
          Both("终端不记录用时；只有在设备端汇总后才会记录。", "Terminals record no times; they would have to be summed up on the device first.")),
    Later("feedback_timely_rate", Both("反哺及时率", "Records returned in time"), _NO_HUB),
    Later("feedback_accept_rate", Both("反哺采纳率", "Returned differences accepted"), _NO_HUB),
    Later("share_reply_rate", Both("共享申请按时答复率", "Applications answered in time"), _NO_HUB),
    Later("catalog_quality", Both("目录质量", "Quality of the catalogue"), _NO_HUB),
    Later("exchange_success_rate", Both("交换成功率", "Successful exchanges"), _NO_HUB),
    Later("report_forms_active", Both("在用报表数", "Forms in use"),
          Both("系统内没有要求网格填写的定期报表。", "The system asks grids for no periodic forms.")),
)  # fmt: skip
