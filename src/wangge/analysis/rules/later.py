"""Indices that are wanted and cannot be counted yet: why, and what they come with. Data; shown beside the formulas."""

from __future__ import annotations

from dataclasses import dataclass

from wangge.analysis.rules.table import Both


@dataclass(frozen=True, slots=True)
class Later:
    """An index that is wanted and cannot be counted yet, why, and what brings the facts it needs."""

    code: str
    name: Both
    why: Both
    comes_with: Both


_NO_POINTS = Both("系统尚无巡查点位和周期。", "The system holds no points to patrol and no cycles yet.")
_NO_HAZARDS = Both("隐患尚未作为带复查日期的记录保存。", "Hazards are not kept with a date of recheck yet.")
_NO_HUB = Both(
    "尚无数据交换：没有推送和申请可计。", "There is no exchange of data yet: nothing is pushed or applied for."
)
_NO_FORMS = Both("表单尚未记录哪些字段由系统预填。", "Forms do not record yet which fields the system filled.")
_TERMINAL = Both("随移动终端提供。", "Comes with the terminal.")
_HUB = Both("随数据交换平台提供。", "Comes with the data hub.")

LATER: tuple[Later, ...] = (
    Later("patrol_coverage", Both("巡查到位率", "Patrol coverage"), _NO_POINTS, _TERMINAL),
    Later("hazard_recheck_rate", Both("隐患复查率", "Hazards rechecked"), _NO_HAZARDS, _TERMINAL),
    Later("hazard_fix_rate", Both("隐患整改率", "Hazards fixed"), _NO_HAZARDS, _TERMINAL),
    Later("care_visit_rate", Both("探访完成率", "Care visits done"),
          Both("尚无经本人同意的探访约定。", "No visits agreed with the person are kept yet."), _TERMINAL),
    Later("prefill_rate", Both("预填率", "Prefilled fields"), _NO_FORMS, _TERMINAL),
    Later("duplicate_entry_rate", Both("重复录入率", "Fields typed again"), _NO_FORMS, _TERMINAL),
    Later("median_report_seconds", Both("上报用时中位数", "Median time to report"),
          Both("终端不记录用时；只有在设备端汇总后才会记录。", "Terminals record no times; they would have to be summed up on the device first."),
          _TERMINAL),
    Later("feedback_timely_rate", Both("反哺及时率", "Records returned in time"), _NO_HUB, _HUB),
    Later("feedback_accept_rate", Both("反哺采纳率", "Returned differences accepted"), _NO_HUB, _HUB),
    Later("share_reply_rate", Both("共享申请按时答复率", "Applications answered in time"), _NO_HUB, _HUB),
    Later("catalog_quality", Both("目录质量", "Quality of the catalogue"), _NO_HUB, _HUB),
    Later("exchange_success_rate", Both("交换成功率", "Successful exchanges"), _NO_HUB, _HUB),
)  # fmt: skip
