"""Programs against malware: which run, which are only installed, and how old their patterns are where that can be seen."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NamedTuple

from checks.facts.processes import NAME_LENGTH, running
from checks.facts.text import Options, split_lines
from checks.facts.values import FieldValue, Parsed, ParseError, Record

DAY = 86_400


class Product(NamedTuple):
    """What a product is known by: processes that do its work, folders or programs it installs."""

    processes: tuple[str, ...]
    places: tuple[str, ...]


PRODUCTS: Mapping[str, Product] = {
    "ClamAV": Product(("clamd",), ("/usr/sbin/clamd", "/usr/local/sbin/clamd")),
    "阿里云云安全中心（安骑士）": Product(("AliYunDun", "AliSecGuard"), ("/usr/local/aegis",)),
    "腾讯云主机安全（云镜）": Product(("YDService", "YDEdr"), ("/usr/local/qcloud/YunJing",)),
    "华为云企业主机安全": Product(("hostguard",), ("/usr/local/hostguard",)),
    "深信服 EDR": Product(("edr_monitor", "edr_agent", "sfavsrv", "eps_services"), ("/sf/edr/agent",)),
    "奇安信天擎": Product(("qaxsafed", "qaxentclient", "qaxepp"), ("/opt/qaxsafe", "/opt/qianxin")),
    "奇安信云锁": Product(("yunsuo_agent_service",), ("/usr/local/yunsuo_agent",)),
    "奇安信椒图": Product(("gov_defence_service",), ("/usr/local/gov_defence_agent",)),
    "360 终端安全": Product(("360entclient", "360safed", "360epp"), ("/opt/360entclient", "/opt/360safe", "/opt/apps/360epp")),
    "亚信安全（Deep Security）": Product(("ds_agent", "ds_am"), ("/opt/ds_agent",)),
    "趋势 ServerProtect": Product(("vsapiapp", "splxmod"), ("/opt/TrendMicro/SProtectLinux",)),
    "火绒终端安全": Product(("hrservice", "hrdaemon", "hripsd"), ("/opt/huorong", "/opt/apps/cn.huorong")),
    "安全狗": Product(("sdmonitor", "sdcc", "sdsvrd"), ("/etc/safedog",)),
    "青藤万相": Product(("titanagent",), ("/titan/agent",)),
    "瑞星": Product(("ravd", "rsavd"), ("/opt/RISING", "/opt/rising")),
    "卡巴斯基": Product(("kesl",), ("/opt/kaspersky/kesl",)),
    "ESET": Product(("oaeventd", "esets_daemon", "scand"), ("/opt/eset",)),
    "Sophos": Product(("savd", "savscand", "sophos_threat_detector"), ("/opt/sophos-av", "/opt/sophos-spl")),
    "Trellix（McAfee）": Product(("mfetpd", "mfetpcli", "nailsd"), ("/opt/McAfee/ens", "/opt/NAI/LinuxShield")),
    "Symantec": Product(("rtvscand", "sisamddaemon"), ("/opt/Symantec",)),
    "Bitdefender": Product(("bdsecd", "epagd"), ("/opt/bitdefender-security-tools",)),
    "CrowdStrike Falcon": Product(("falcon-sensor", "falcon-sensor-bpf"), ("/opt/CrowdStrike",)),
    "SentinelOne": Product(("s1-agent", "sentinelone-agent"), ("/opt/sentinelone",)),
    "微软 Defender": Product(("wdavdaemon",), ("/opt/microsoft/mdatp",)),
    "Dr.Web": Product(("drweb-configd",), ("/opt/drweb.com",)),
}  # fmt: skip
"""Products met on servers of Chinese schools, and the common others."""
RESEMBLES = re.compile(
    r"(?i)edr|anti-?vir|virus|malware|hids|hips|safed|sec(urity)?[_-]?agent|guard(d|srv|service)?$|avd$|defen[cs]e"
)
"""Names that may well belong to a product not in the table: then nothing is said."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_HEADER = re.compile(r"library ClamAV (\S{1,200}) ClamAV-VDB:(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) ")


def antivirus_places(text: str, options: Options) -> Parsed:
    """Entries: place (an installed folder or program), now, and library (days since ClamAV's patterns were made).

    Lines: `now EPOCH`, `place PATH`, `library ClamAV PATH HEADER`.
    """
    all_lines = split_lines(text)
    if not all_lines or not re.fullmatch(r"now \d{1,12}", all_lines[0], re.ASCII):
        raise ParseError("开头没有 now 一行")
    now = int(all_lines[0][4:])
    records = []
    for number, line in enumerate(all_lines[1:], start=2):
        word, _, rest = line.partition(" ")
        if word == "place":
            records.append(Record({"kind": "place", "path": rest}, number))
        elif word == "library":
            made = _made(line)
            age = {} if made is None else {"days": str(max(0, (now - made) // DAY))}
            records.append(Record({"kind": "library", "product": "ClamAV", **age}, number))
        elif line.strip():
            raise ParseError(f"第 {number} 行看不懂")
    return Parsed(lines=all_lines, records=tuple(records))


def _made(line: str) -> int | None:
    match = _HEADER.match(line)
    if match is None or match[3] not in MONTHS:
        return None
    try:
        return int(datetime(int(match[4]), MONTHS.index(match[3]) + 1, int(match[2]), tzinfo=UTC).timestamp())
    except ValueError:
        return None


def antivirus(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records: product, running (yes/no), realtime (yes/no), days (age of the patterns); what is not known is not there.

    Sources: places, processes. Of running and merely installed products only the running are told; a name that looks
    like a product not known here makes «none» undecided.
    """
    places, processes = (parsed for _, parsed in parts)
    names = running(processes)
    there = {str(r.fields["path"]) for r in places.records or () if r.fields["kind"] == "place"}
    alive = [name for name, product in PRODUCTS.items() if names & {one[:NAME_LENGTH] for one in product.processes}]
    idle = [name for name, product in PRODUCTS.items() if there & set(product.places)]
    strange = sorted(name for name in names if RESEMBLES.search(name))
    if alive:
        rows = [_row(name, "yes", places, names) for name in alive]
    elif strange:
        rows = [(f"{name}：像防恶意代码的程序，但不认识它", {"product": name}) for name in strange[:10]]
    else:
        rows = [_row(name, "no", places, names) for name in idle]
    return Parsed(
        lines=tuple(line for line, _ in rows),
        records=tuple(Record(fields, number) for number, (_, fields) in enumerate(rows, start=1)),
    )


def antivirus_state(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """The same records, and one that says so where there is no product: what looking at many machines needs."""
    (_, found), *_ = parts
    if found.records:
        return found
    return Parsed(lines=("没有防病毒或 EDR",), records=(Record({"product": "没有", "running": "no"}, 1),))


def _row(name: str, state: str, places: Parsed, names: frozenset[str]) -> tuple[str, dict[str, FieldValue]]:
    """The youngest of a product's pattern files counts: the daily ones come beside an old main one."""
    own = [r.fields for r in places.records or () if r.fields.get("product") == name]
    days = [int(str(fields["days"])) for fields in own if "days" in fields]
    fields: dict[str, FieldValue] = {"product": name, "running": state}
    if days:
        fields["days"] = str(min(days))
    if name == "ClamAV" and state == "yes":
        fields["realtime"] = "yes" if "clamonacc" in names else "no"
    age = f"特征库 {min(days)} 天前" if days else "看不到特征库的日期"
    return f"{name}：{'在运行' if state == 'yes' else '装了，没有在运行'}，{age}", fields
