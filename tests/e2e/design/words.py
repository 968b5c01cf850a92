"""What the gallery of the design says: synthetic cases in both languages, long names among them."""

from __future__ import annotations

from typing import Any

STATES = (
    "reported returned refused merged accepted dispatched return_requested in_progress suspended disposed rework "
    "verified closed evaluated withdrawn voided"
).split()
LIGHTS = ("yellow", "red", "green", "grey", "green", "green", "red", "yellow", "green", "green", "grey", "green")

_PICTURE = "data:image/svg+xml," + (
    "%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'%3E%3Crect width='40' height='30' fill='%23b9c4c2'/%3E"
    "%3Cpath d='M0 22l12-9 9 6 8-5 11 8v8H0z' fill='%237c8c88'/%3E%3C/svg%3E"
)

ZH: dict[str, Any] = {
    "desk": "受理", "queue": "待受理", "cases": "案件", "matter": "路面井盖破损,夜间无照明", "left": "剩 3 小时",
    "text": "汤山街道圣汤大道与美泉路路口西南角,雨水井盖断裂,露出约 30 厘米的洞,晚上路灯不亮,有老人差点踩空。希望尽快处理。",
    "history": "经过", "accept": "受理", "back": "退回补充", "merge": "并案", "refuse": "不予受理", "dispatch": "分流",
    "why": "案件受理后才能分流。", "why_short": "为什么不能分流?", "context": "地图与周边", "map": "周边案件地图", "area": "区域",
    "state": "状态", "all": "全部", "words": "关键词", "filter": "筛选", "light": "时限", "no": "案件编号", "place": "地点",
    "what": "事项", "waiting": "已等待", "empty": "没有待受理的上报", "new": "登记来电",
    "empty_text": "居民、网格员和热线的新上报会出现在这里。", "notice": "工作日历只到年底,之后的时限为暂定。", "ontime": "按时办结率",
    "report": "身边的问题,告诉我们", "photos": "照片", "sound": "录音", "where": "地点", "prev": "上一步", "send": "提交上报",
    "mine": "我的案件", "code": "查询码", "receipt": "我们已收到,正转交城管处理,预计周三前答复。请记下查询码。", "before": "处置前",
    "after": "处置后", "rate": "您对处理结果是否满意?", "ratings": ["满意", "基本满意", "不满意"], "field_text": "发生了什么?",
    "field_phone": "联系电话", "field_kind": "属于哪一类?", "kinds": ["道路设施", "环境卫生", "噪声扰民", "说不清楚"],
    "hint_phone": "只用于联系您,处理完即删除。", "places": ["汤山街道 汤山社区 第 003 网格", "秣陵街道 百家湖社区 第 012 网格"],
    "matters": ["路面井盖破损,夜间无照明", "小区垃圾房满溢,味道很大", "河道边有人倾倒建筑垃圾", "楼道堆放杂物,占用消防通道"],
    "waits": ["3 小时", "2 天", "20 分钟"], "done": [("居民上报", "扫码", "今天 09:12"), ("定位到网格", "系统", "今天 09:12"),
    ("待受理", "区网格化服务管理中心", "今天 09:13")], "facts": [("网格", "320115003001003 汤山社区第三网格"), ("来源", "居民"),
    ("建议事项", "井盖缺失破损(依据:文字“井盖”)"), ("承办建议", "城市管理局,4 个工作小时"), ("联系人", "王** 138****5678")],
}  # fmt: skip
EN: dict[str, Any] = {
    "desk": "Queue", "queue": "To be accepted", "cases": "Cases", "matter": "Broken manhole cover, street light out",
    "left": "3 hours left", "text": "South-west corner of Shengtang Avenue and Meiquan Road: the storm drain cover is broken and "
    "leaves a hole of about 30 cm. The street light is out; an elderly neighbour nearly fell. Please have it repaired soon.",
    "history": "History", "accept": "Accept", "back": "Ask for details", "merge": "Merge", "refuse": "Do not accept",
    "dispatch": "Dispatch", "why": "A case can be dispatched once it has been accepted.", "why_short": "Why can’t I dispatch it?",
    "context": "Map and neighbours", "map": "Map of nearby cases", "area": "Area", "state": "State", "all": "All", "words": "Words",
    "filter": "Filter", "light": "Deadline", "no": "Case number", "place": "Place", "what": "Matter", "waiting": "Waiting",
    "empty": "No reports waiting", "new": "Record a call", "empty_text": "New reports by residents, grid workers and the hotline "
    "appear here.", "notice": "The calendar ends in December; later deadlines are provisional.", "ontime": "closed on time",
    "report": "Tell us what is wrong", "photos": "Photos", "sound": "Recording", "where": "Place", "prev": "Back",
    "send": "Send report", "mine": "My cases", "code": "Query code", "receipt": "We have received your report and are passing it "
    "to City Management. Expect an answer by Wednesday. Please note the code.", "before": "Before", "after": "After",
    "rate": "Are you satisfied with the result?", "ratings": ["Satisfied", "Mostly satisfied", "Not satisfied"],
    "field_text": "What happened?", "field_phone": "Phone number", "field_kind": "What is it about?",
    "kinds": ["Roads and facilities", "Cleanliness", "Noise", "I am not sure"], "hint_phone": "Used only to contact you; deleted "
    "when the case is done.", "places": ["Tangshan Street, Tangshan Community, grid 003", "Moling Street, Baijiahu, grid 012"],
    "matters": ["Broken manhole cover, street light out", "Overflowing bins, strong smell",
    "Construction waste dumped at the river bank near the old pumping station", "Corridor blocked, fire exit not usable"],
    "waits": ["3 hours", "2 days", "20 min"], "done": [("Reported by a resident", "Resident page", "today 09:12"),
    ("Located in its grid", "System", "today 09:12"), ("Waiting for acceptance", "District centre", "today 09:13")],
    "facts": [("Grid", "320115003001003 Tangshan Community, grid 3"), ("Source", "Resident"),
    ("Suggested task", "Manhole cover missing or broken (because of “manhole”)"),
    ("Suggested unit", "City Management Bureau, 4 working hours"), ("Contact", "W** 138****5678")],
}  # fmt: skip


def page(language: str) -> dict[str, Any]:
    """Everything the gallery's templates ask for."""
    w = EN if language == "en" else ZH
    rows = [
        {
            "no": f"20260427320115{n:06}",
            "light": light,
            "state": STATES[(n * 3) % len(STATES)],
            "place": w["places"][n % 2],
            "matter": w["matters"][n % 4],
            "wait": w["waits"][n % 3],
            "fresh": n in (1, 3),
        }
        for n, light in enumerate(LIGHTS)
    ]
    pins = {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": [118.84 + (n % 4) * 0.011, 31.93 + (n // 4) * 0.009]},
                "properties": {"case": row["no"], "light": row["light"], "label": row["matter"]},
            }
            for n, row in enumerate(rows)
        ],
    }
    media = [{"kind": "PHOTO", "url": _PICTURE, "alt": ""} for _ in range(4)]
    entries = [{"what": what, "who": who, "when": when} for what, who, when in w["done"]]
    return {"w": w, "rows": rows, "pins": pins, "media": media, "entries": entries, "facts": w["facts"], "states": STATES,
            "counts": {"queue": 12, "dispatch": 4, "unit": 31}, "area_name": w["places"][0].split()[0]}  # fmt: skip
