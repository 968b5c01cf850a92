"""What this product never holds, as data: used by the lint of our own schema and by imports of task lists.

The reasons stand in docs/never-built.md. A name is refused when it contains one of the words: Latin words as
whole parts of an identifier (`person_score`, `personScore`), those of several parts also run together
(`personscore`), Chinese ones anywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NeverBuilt:
    """A kind of data that isn't collected: its key, why not, and the words that give it away."""

    key: str
    why: str
    words: tuple[str, ...]
    chinese: tuple[str, ...] = ()


NEVER_BUILT: tuple[NeverBuilt, ...] = (
    NeverBuilt(
        "person_register",
        "This product keeps registers of places, cases and units, not of people.",
        (
            "person_id", "person_name", "person_register", "people_register", "resident_register", "resident_id",
            "resident_name", "population", "household_member", "householder", "family_member", "next_of_kin",
            "migrant", "syrk", "ldrk", "hukou",
        ),
        ("人口", "户籍", "家庭成员", "流动人员", "居民档案", "人员档案", "户主", "户口"),
    ),
    NeverBuilt(
        "key_people",
        "Nobody is put on a list of people to be watched.",
        (
            "key_person", "special_group", "special_population", "key_youth", "blacklist", "watchlist", "suspect",
            "ex_convict", "released_prisoner", "community_correction", "drug_user", "mental_patient", "cult_member",
            "xmsfry", "zdry", "tsrq",
        ),
        (
            "重点人", "重点关注", "前科", "特殊人群",
            "重点青少年", "刑满释放", "刑释", "社区矫正", "吸毒", "精神障碍", "肇事肇祸", "邪教",
            "黑名单", "涉稳", "嫌疑",
        ),
    ),
    NeverBuilt(
        "stability",
        "There is no desk and no list for stability control or for people who petition.",
        ("stability", "petitioner", "petition_person", "weiwen", "sfry"),
        ("维稳", "上访", "信访人", "稳控", "非访"),
    ),
    NeverBuilt(
        "identity_number",
        "A report is about a place; no identity number is needed to answer it.",
        (
            "id_card", "id_number", "identity_number", "identity_card", "national_id", "citizen_id", "passport",
            "sfz", "sfzh", "sfzhm", "idcard", "shenfenzheng",
        ),
        ("身份证", "证件号", "护照"),
    ),
    NeverBuilt(
        "politics_and_belief",
        "Political and religious attributes of people are never recorded, party membership included.",
        (
            "political_status", "political_affiliation", "political", "party_member", "party_membership", "religion",
            "religious", "belief", "ethnicity", "ethnic", "nationality", "zzmm", "zjxy", "mz", "dangyuan",
        ),
        ("政治面貌", "政治身份", "党派", "党员身份", "党员姓名", "宗教", "信仰", "民族", "入党"),
    ),
    NeverBuilt(
        "score_of_people",
        "Nobody is scored, rated, credited or given points: neither residents nor grid workers.",
        (
            "score", "scoring", "person_score", "worker_score", "credit_score", "credit_rating", "credit_level",
            "citizen_point", "worker_point", "personal_credit", "bonus_point", "reward_point",
            "points_earned", "points_balance", "deduction", "reputation", "trust_level", "risk_level", "jifen",
        ),
        ("积分", "评分", "信用分", "信用等级", "扣分", "加分", "风险等级", "打分"),
    ),
    NeverBuilt(
        "ranking",
        "Workers are not ranked against each other.",
        ("rank", "ranking", "leaderboard", "top_workers", "paiming"),
        ("排名", "排行", "榜单"),
    ),
    NeverBuilt(
        "tags_on_people",
        "There are no free-text tags and no profiles.",
        ("tag", "tags", "label_of_person", "person_label", "profile", "portrait", "biaoqian"),
        ("标签", "画像"),
    ),
    NeverBuilt(
        "attendance",
        "No punching in, no online time, no proof by screenshot (Guobanhan [2026] 12).",
        (
            "attendance", "check_in", "checkin", "clock_in", "punch", "punch_in", "sign_in_time", "online_time",
            "online_minutes", "online_hours", "online_duration", "screen_time", "login_days", "study_time", "daka",
        ),
        ("打卡", "签到", "考勤", "在线时长", "学习时长", "留痕"),
    ),
    NeverBuilt(
        "quota",
        "Counts never score: a target for the number of reports makes people invent them.",
        ("quota", "target_count", "plan_num", "report_target", "minimum_reports", "required_reports", "kpi_target"),
        ("指标数", "任务量", "上报数量要求", "定额", "配额"),
    ),
    NeverBuilt(
        "tracks",
        "Movements are sensitive personal data; patrols are proved by points seen, not by tracks.",
        (
            "track", "tracks", "track_point",
            "trajectory", "movement", "route_walked", "step_count", "mileage", "distance_walked",
            "location_history", "whereabouts", "guiji",
        ),
        ("轨迹", "行踪", "里程", "步数"),
    ),
    NeverBuilt(
        "recognition",
        "No search by face, gait, plate or body, and no graph of who knows whom.",
        (
            "face", "face_id", "face_feature", "facial", "gait", "fingerprint", "iris", "voiceprint", "biometric",
            "plate_number", "license_plate", "car_plate", "relation_graph", "associates", "device_id",
            "imei", "mac_address",
        ),
        ("人脸", "步态", "指纹", "虹膜", "声纹", "车牌", "关系图谱", "设备号"),
    ),
    NeverBuilt(
        "opinion_and_exposure",
        "No likes or dislikes about people, no public shaming, no analysis of what residents think.",
        ("likes", "dislikes", "thumbs_up", "thumbs_down", "exposure", "sentiment", "opinion_leader", "mood"),
        ("点赞", "点踩", "曝光", "舆情", "情绪"),
    ),
    NeverBuilt(
        "health_and_family",
        "Health, marriage and children are nobody's fields; help is asked for case by case.",
        (
            "disease", "diagnosis", "health_status", "hiv", "pregnant", "pregnancy", "marital_status",
            "marriage_status", "birth_control", "family_planning", "income", "bank_account", "debt",
        ),
        ("病史", "病种", "孕", "婚姻状况", "节育", "计生", "收入", "银行卡"),
    ),
)  # fmt: skip


def _unmistakable(kind: NeverBuilt) -> list[str]:
    """Words of several parts, and other long ones, without their underscores: `idcardno`, `personscore`."""
    return [word.replace("_", "") for word in kind.words if "_" in word or word in _NOT_PART_OF_OTHERS]


_NOT_PART_OF_OTHERS = frozenset({"idcard", "hukou", "shenfenzheng", "passport", "blacklist", "watchlist", "biometric"})
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def why_not(name: str) -> NeverBuilt | None:
    """The kind of data a field of this name would hold although it must not; None for any other name."""
    parts = "_".join(_PART.findall(name)).lower()
    identifier, run_together = f"_{parts}_", parts.replace("_", "")
    for kind in NEVER_BUILT:
        if any(f"_{word}_" in identifier or f"_{word}s_" in identifier for word in kind.words):
            return kind
        if any(word in run_together for word in _unmistakable(kind)):
            return kind
        if any(word in name for word in kind.chinese):
            return kind
    return None
