"""Every way a campus.yaml can be broken, and the line and hint the officer gets for it."""

import os
from pathlib import Path

import pytest

from audit.campus.known import Known
from audit.campus.load import load_campus, parse_campus
from audit.written.read import MAX_BYTES
from checks.language.check import Parameter
from checks.language.source import SourceError
from checks.model.asset import AssetClass
from checks.model.text import Text

HEAD = "campus: {id: demo, name: 示例学校}\n"
ZONES = HEAD + "zones: {servers: {cidr: 10.20.10.0/24}}\n"
LOGINS = "logins: {ops: {user: audit, key: file:/k}}\n"
AUTH = "authorisation: {by: 李校长, role: 校长, from: 2026-01-01, until: 2026-12-31, scope: all%s}\n"
FAILED_LOGINS = Parameter(
    title=Text(zh="登录失败次数"),
    unit="次",
    stricter="lower",
    minimum=1,
    source="示例",
    levels={"L2": 10, "L3": 5},
)
KNOWN = Known(parameters={"failed_logins": FAILED_LOGINS}, platforms={"linux": (AssetClass.SERVER,)})

# name: text, line, part of the message, part of the hint
BROKEN = {
    # YAML itself
    "empty": ("", 1, "文件是空的", "dengbao init"),
    "only comments": ("# 还没写\n", 1, "文件是空的", "dengbao init"),
    "duplicate key": (HEAD + "assets: {}\nassets: {}\n", 3, "键 assets 写了两次", "删掉其中一个"),
    "duplicate id": (HEAD + "assets:\n  a: {class: room}\n  a: {class: room}\n", 4, "键 a 写了两次", "删掉"),
    "tab": (HEAD + "zones:\n\tservers:\n", 3, "制表符", "缩进用空格"),
    "nul": (HEAD + "output: a\0b\n", 1, "控制字符", "删掉它"),
    "indent": (HEAD + "zones:\n  a: {cidr: 10.0.0.0/24}\n b: 1\n", 4, "缩进不齐", "对齐"),
    "open quote": (HEAD + "output: 'abc\n", 3, "引号没有配对", "引号"),
    "undefined alias": (HEAD + "output: *abc\n", 2, "没有这样的锚点", "加引号"),
    "two documents": (HEAD + "---\na: 1\n", 2, "两份文档", "---"),
    "colon in value": (HEAD + "output: a: b\n", 2, "冒号的位置不对", "加引号"),
    "anchor bomb": (
        "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(f"{c}: &{c} [{','.join([f'*{p}'] * 9)}]\n" for p, c in zip("abcdefg", "bcdefgh", strict=True)),
        1, "过深或过大", "锚点",
    ),
    "anchor in itself": (HEAD + "people: &p [*p]\n", 2, "过深或过大", "锚点"),
    "deep nesting": (HEAD + "people: " + "[" * 150_000 + "]" * 150_000, 2, "过深或过大", "写错了文件"),
    "not a table": ("- a\n- b\n", 1, "键: 值", ""),
    "only a word": ("hello\n", 1, "键: 值", ""),
    "full-width colon": (HEAD + "zones:\n  servers：服务器区\n", 2, "键: 值", "英文半角"),
    # shape
    "no campus": ("zones: {}\n", 1, "缺少必填的键 campus", "最外层"),
    "unknown section": (HEAD + "asset: {}\n", 2, "不认识的键 asset", "是不是 assets？"),
    "unknown key": (HEAD + "assets:\n  a: {class: room, nmae: x}\n", 3, "不认识的键 assets.a.nmae", "是不是 name？"),
    "unknown key without likeness": (HEAD + "people: {zzz: 1}\n", 2, "不认识的键 people.zzz", "officer"),
    "missing class": (HEAD + "assets:\n  a:\n    name: x\n", 3, "缺少必填的键 class", "assets.a"),
    "unknown class": (HEAD + "assets: {a: {class: sever}}\n", 2, "没有这个值，写的是 'sever'", "是不是 server？"),
    "list for table": (HEAD + "zones: [a]\n", 2, "键: 值", ""),
    "table for text": (HEAD + "output: {a: b}\n", 2, "要写一段文字", "引号"),
    "not a number": (HEAD + "limits: {max_parallel: many}\n", 2, "要写整数，写的是 'many'", ""),
    "number too small": (HEAD + "limits: {connect_timeout: 0}\n", 2, "不能小于 1", ""),
    "number too large": (HEAD + "limits: {max_parallel: 9999}\n", 2, "不能大于 256", ""),
    "not true or false": (HEAD + "assets: {a: {class: server, telnet: maybe}}\n", 2, "true 或 false", ""),
    "line break in name": (HEAD + 'assets: {a: {class: room, name: "x\\ny"}}\n', 2, "换行", ""),
    "tab in account": (
        HEAD + 'declarations: {accounts: ["a\\tb"]}\n', 2, "制表符", ""),
    "right-to-left override": (HEAD + 'output: "a\\u202eb"\n', 2, "控制字符", ""),
    "id is an address": (HEAD + "assets:\n  10.20.10.11: {class: server}\n", 3, "像是地址", "address"),
    "id is an address with dashes": (HEAD + "assets: {10-20-10-11: {class: server}}\n", 2, "像是地址", ""),
    "id is a mac": (HEAD + "assets:\n  00-00-5e-00-53-01: {class: server}\n", 3, "像是地址", ""),
    "id with capitals": (HEAD + "assets: {Web: {class: server}}\n", 2, "小写字母", "web-01"),
    "child with a slash": (HEAD + "assets:\n  a:\n    class: server\n    children: {x/y: {class: database}}\n", 5, "不合规则", "mysql"),
    "bad cidr": (HEAD + "zones: {a: {cidr: 10.20.300.0/24}}\n", 2, "不是有效的网段", "10.20.10.0/24"),
    "cidr with host bits": (HEAD + "zones: {a: {cidr: 10.20.10.5/24}}\n", 2, "不是有效的网段", "是不是 10.20.10.0/24？"),
    "cidr without mask": (HEAD + "zones: {a: {cidr: 10.20.10.0}}\n", 2, "缺少掩码", "/24"),
    "bad address": (ZONES + "assets: {a: {class: server, zone: servers, address: 10.20.10.256}}\n", 3, "不是 IP 地址", ""),
    "address with mask": (ZONES + "assets: {a: {class: server, zone: servers, address: 10.20.10.1/24}}\n", 3, "不带掩码", "是不是 10.20.10.1？"),
    "port out of range": (HEAD + "assets: {a: {class: server, port: 70000}}\n", 2, "不能大于 65535", ""),
    "listening port out of range": (HEAD + "assets: {a: {class: server, approved: {ports: [tcp/70000]}}}\n", 2, "超出范围", "65535"),
    "port without protocol": (HEAD + "assets: {a: {class: server, approved: {ports: [443]}}}\n", 2, "协议/端口", "是不是 tcp/443？"),
    "port turned round": (HEAD + "assets: {a: {class: server, approved: {ports: [53/udp]}}}\n", 2, "协议/端口", "是不是 udp/53？"),
    "bad level": (HEAD + "systems: {p: {name: x, level: 三级, assets: [room]}}\n", 2, "等级 '三级' 写法不对", "S2A3"),
    "level too high": (HEAD + "systems: {p: {name: x, level: 5, assets: [room]}}\n", 2, "等级", "S2A3"),
    "bad day": (HEAD + "authorisation: {by: 甲, role: 校长, scope: all, from: 2026-02-30, until: 2026-12-31}\n", 2, "没有 2026-02-30 这一天", ""),
    "day as digits": (HEAD + "authorisation: {by: 甲, role: 校长, scope: all, from: 20260901, until: 2026-12-31}\n", 2, "日期", "2026-09-01"),
    "bad hours": (HEAD + "limits: {allowed_hours: 25:00-06:00}\n", 2, "没有这样的钟点", "22:00-06:00"),
    "bad mac": (HEAD + "assets: {a: {class: server, identity: {mac: xx}}}\n", 2, "MAC 地址写法不对", "00:00:5e"),
    "scope is a word": (HEAD + "authorisation: {by: 甲, role: 校长, scope: some, from: 2026-01-01, until: 2026-12-31}\n", 2, "授权范围 'some' 写法不对", "all"),
    "relative helper": (HEAD + "logins: {a: {become: {method: sudo, helper: bin/x}}}\n", 2, "不是绝对路径", "/"),
    "bastion both ways": (HEAD + "logins: {a: {bastion: {asset: x, host: 10.1.1.1}}}\n", 2, "写且只写一个", ""),
    "bastion host without login": (HEAD + "logins: {a: {bastion: {host: 10.1.1.1}}}\n", 2, "还缺 login", ""),
    # meaning: places
    "unknown site": (HEAD + "zones: {a: {cidr: 10.0.0.0/24, site: mian}}\nsites: {main: 主校区}\n", 2, "没有校区 mian", "是不是 main？"),
    "no site among two": (HEAD + "sites: {a: 甲, b: 乙}\nzones: {z: {cidr: 10.0.0.0/24}}\n", 3, "没有写在哪个校区", "site"),
    "unknown zone reached": (HEAD + "zones: {a: {cidr: 10.0.0.0/24, reach: [{zone: b, ports: any}]}}\n", 2, "没有区域 b", ""),
    "zone named internet": (HEAD + "zones: {internet: {cidr: 10.0.0.0/24}}\n", 2, "互联网的代号", "dmz"),
    "zone too large": (HEAD + "zones: {a: {cidr: 10.0.0.0/16}}\n", 2, "65536 个地址，超过上限 4096", "max_zone_size"),
    "zones overlap": (HEAD + "zones:\n  a: {cidr: 10.0.0.0/24}\n  b: {cidr: 10.0.0.128/25}\n", 4, "与区域 a 的 10.0.0.0/24 重叠", "site"),
    # meaning: assets
    "unknown zone": (ZONES + "assets: {a: {class: server, zone: server}}\n", 3, "没有区域 server", "是不是 servers？"),
    "address without zone": (ZONES + "assets: {a: {class: server, address: 10.20.10.5}}\n", 3, "没有写区域", "zone"),
    "address outside its zone": (
        HEAD + "zones: {a: {cidr: 10.0.0.0/24}, b: {cidr: 10.0.1.0/24}}\nassets:\n  x:\n    class: server\n    zone: a\n    address: 10.0.1.7\n",
        7, "不在区域 a 的网段", "是不是区域 b？",
    ),
    "network address": (ZONES + "assets: {a: {class: server, zone: servers, address: 10.20.10.255}}\n", 3, "广播地址", ""),
    "address twice": (
        ZONES + "assets:\n  a: {class: server, zone: servers, address: 10.20.10.5}\n  b: {class: server, zone: servers, address: 10.20.10.5}\n",
        5, "写了两次（资产 a 和 b）", "children",
    ),
    "same machine-id": (
        HEAD + "assets:\n  a: {class: server, identity: {machine_id: abc}}\n  b: {class: server, identity: {machine_id: abc}}\n",
        4, "machine_id 相同", "克隆",
    ),
    "platform of another class": (HEAD + "assets: {a: {class: server, platform: huawei-vrp}}\n", 2, "不配", "network-device"),
    "platform misspelt": (HEAD + "assets: {a: {class: server, platform: linus}}\n", 2, "没有平台 linus", "是不是 linux？"),
    "reserved id": (HEAD + "assets: {network: {class: network-device}}\n", 2, "留给校园网", "core-switch"),
    "second school": (HEAD + "assets: {us: {class: organisation}}\n", 2, "只有一个", "organisation"),
    "server in a server": (HEAD + "assets:\n  a:\n    class: server\n    children: {b: {class: server}}\n", 5, "a/b 的类别不能是 server", "database"),
    "child of a room": (HEAD + "assets:\n  a:\n    class: room\n    children: {b: {class: database}}\n", 5, "里面不能再有资产", ""),
    "address of a room": (ZONES + "assets: {a: {class: room, zone: servers, address: 10.20.10.5}}\n", 3, "没有地址", ""),
    "telnet on a server": (HEAD + "assets: {a: {class: server, telnet: true}}\n", 2, "telnet 只用于", "SSH"),
    "sample is no asset": (HEAD + "object_classes:\n  pcs: {name: x, class: terminal, count: 9, sample: [pc], reason: y}\n", 3, "没有资产 pc", ""),
    "sample of another class": (
        HEAD + "assets: {a: {class: server}}\nobject_classes: {pcs: {name: x, class: terminal, count: 9, sample: a, reason: y}}\n",
        3, "样本 a 的类别是 server", "",
    ),
    "sample larger than all": (
        HEAD + "assets: {a: {class: room}, b: {class: room}}\nobject_classes: {r: {name: x, class: room, count: 1, sample: [a, b], reason: y}}\n",
        3, "少于样本数 2", "",
    ),
    "sampled for two classes": (
        HEAD + "assets: {a: {class: room}}\nobject_classes:\n"
        "  r: {name: x, class: room, count: 1, sample: a, reason: y}\n  s: {name: x, class: room, count: 1, sample: a, reason: y}\n",
        5, "已是 r 的样本", "只留一处",
    ),
    # meaning: logins
    "unknown login": (ZONES + LOGINS + "assets: {a: {class: server, zone: servers, address: 10.20.10.5, access: {method: ssh, login: opps}}}\n", 4, "没有登录方式 opps", "是不是 ops？"),
    "no login": (ZONES + "assets: {a: {class: server, zone: servers, address: 10.20.10.5, access: ssh}}\n", 3, "没有写 logins", "login"),
    "ssh without address": (HEAD + LOGINS + "assets: {a: {class: server, access: ssh}}\n", 3, "没有写地址", "address"),
    "access to a room": (HEAD + "assets: {a: {class: room, access: local}}\n", 2, "不能登录", "access"),
    "two local machines": (HEAD + "assets:\n  a: {class: server, access: local}\n  b: {class: server, access: local}\n", 4, "已经是本机", ""),
    "login without user": (
        ZONES + "logins: {ops: {key: file:/k}}\nassets: {a: {class: server, zone: servers, address: 10.20.10.5, access: ssh}}\n",
        3, "没有写用户名", "user",
    ),
    "login without secret": (
        ZONES + "logins: {ops: {user: audit}}\nassets: {a: {class: server, zone: servers, address: 10.20.10.5, access: ssh}}\n",
        3, "没有私钥也没有口令", "引用",
    ),
    "su without password": (HEAD + "logins: {a: {become: su}}\n", 2, "没有写口令", "become.password"),
    "become none with password": (HEAD + "logins: {a: {become: {method: none, password: prompt}}}\n", 2, "不提权", ""),
    "unknown bastion": (HEAD + "logins: {a: {bastion: jump}}\n", 2, "没有资产 jump", ""),
    "bastion without ssh": (HEAD + "assets: {jump: {class: server}}\nlogins: {a: {bastion: jump}}\n", 3, "自己不是用 ssh 登录", "access"),
    "bastion host in no zone": (HEAD + "logins: {a: {bastion: {host: 10.9.9.9, login: b}}, b: {user: u, key: prompt}}\n", 2, "不在任何区域", "zones"),
    "bastion behind itself": (
        ZONES + "logins:\n  ops:\n    user: audit\n    key: file:/k\n    bastion: jump\n"
        "assets: {jump: {class: server, zone: servers, address: 10.20.10.5, access: {method: ssh, login: ops}}}\n",
        7, "绕成了圈：ops → ops", "直接登录",
    ),
    "bastions in a ring": (
        ZONES + "logins:\n  a: {user: u, key: file:/k, bastion: two}\n  b: {user: u, key: file:/k, bastion: one}\n"
        "assets:\n  one: {class: server, zone: servers, address: 10.20.10.1, access: {method: ssh, login: a}}\n"
        "  two: {class: server, zone: servers, address: 10.20.10.2, access: {method: ssh, login: b}}\n",
        4, "绕成了圈：a → b → a", "",
    ),
    "passphrase without key": (HEAD + "logins:\n  a:\n    passphrase: prompt\n", 4, "没有写私钥", "key"),
    "helper with su": (HEAD + "logins: {a: {become: {method: su, password: prompt, helper: /x}}}\n", 2, "只能与 sudo", ""),
    # meaning: systems and declarations
    "general extension": (HEAD + "systems: {p: {name: x, level: 2, assets: [room], extensions: general}}\n", 2, "总是包括", "general"),
    "system without assets": (HEAD + "systems:\n  p: {name: x, level: 2}\n", 3, "没有资产", "assets"),
    "system with unknown asset": (HEAD + "assets: {web: {class: server}}\nsystems: {p: {name: x, level: 2, assets: [web, wbe]}}\n", 3, "没有资产 wbe", "是不是 web？"),
    "system with unknown child": (HEAD + "assets: {web: {class: server}}\nsystems: {p: {name: x, level: 2, assets: [web/db]}}\n", 3, "没有资产 web/db", ""),
    "asset twice in a system": (HEAD + "systems: {p: {name: x, level: 2, assets: [room, room]}}\n", 2, "写了两次", ""),
    "system named as an asset": (HEAD + "assets: {web: {class: server}}\nsystems: {web: {name: x, level: 2, assets: [web]}}\n", 3, "已经用作", ""),
    "collector is no asset": (HEAD + "declarations: {log_collector: log-01}\n", 2, "没有资产 log-01", ""),
    "collector with bad address": (HEAD + "declarations: {log_collector: 10.1.1.999}\n", 2, "没有资产 10.1.1.999", ""),
    "time source without address": (HEAD + "assets: {ntp: {class: server}}\ndeclarations: {time_sources: ntp}\n", 3, "没有写地址", "address"),
    "management zone unknown": (ZONES + "declarations: {management_zones: mgmt}\n", 3, "没有区域 mgmt", ""),
    "account twice": (HEAD + "declarations: {accounts: [root, root]}\n", 2, "账户 root 写了两次", ""),
    # meaning: authorisation and thresholds
    "dates reversed": (HEAD + "authorisation: {by: 甲, role: 校长, scope: all, from: 2026-09-01,\n  until: 2026-08-31}\n", 3, "早于起始日", "写反"),
    "empty scope": (HEAD + "authorisation: {by: 甲, role: 校长, scope: {zones: []}, from: 2026-01-01, until: 2026-12-31}\n", 2, "范围是空的", "all"),
    "unknown zone in scope": (HEAD + "authorisation: {by: 甲, role: 校长, scope: {zones: [x]}, from: 2026-01-01, until: 2026-12-31}\n", 2, "没有区域 x", ""),
    "public address not listed": (
        HEAD + AUTH % "" + "zones: {dmz: {cidr: 203.0.113.8/29}}\nassets: {a: {class: server, zone: dmz, address: 203.0.113.10}}\n",
        4, "203.0.113.10 没有列在授权里", "public_addresses",
    ),
    "listed address is private": (ZONES + AUTH % ", public_addresses: 10.20.10.5", 3, "不是公网地址", "scope"),
    "listed address in no zone": (HEAD + AUTH % ", public_addresses: 203.0.113.10", 2, "不在任何区域", "203.0.113.10/32"),
    "threshold loosened": (HEAD + "parameters: {failed_logins: 11}\n", 2, "比第 2 级的 10 次 宽", "不大于 10"),
    "threshold off": (HEAD + "parameters: {failed_logins: 0}\n", 2, "等于不限制", ""),
    "threshold unknown": (HEAD + "parameters: {failed_login: 3}\n", 2, "没有阈值 failed_login", "是不是 failed_logins？"),
    "threshold loosened for one system": (
        HEAD + "systems: {p: {name: x, level: S3A2, assets: [room]}}\nparameters: {failed_logins: 7}\n", 3, "比第 3 级的 5 次 宽", "不大于 5"),
}  # fmt: skip


def problems_of(text: str) -> list[tuple[int, str, str]]:
    with pytest.raises(SourceError) as caught:
        parse_campus(text, "campus.yaml", KNOWN)
    return [(problem.line, problem.message, problem.hint) for problem in caught.value.problems]


@pytest.mark.parametrize("name", BROKEN)
def test_a_mistake_is_told_once_with_its_line_and_a_hint(name: str) -> None:
    text, line, message, hint = BROKEN[name]
    found = problems_of(text)
    assert [each for each in found if each[0] == line and message in each[1] and hint in each[2]], found
    if name != "bastions in a ring":  # told at each of its logins
        assert len(found) == 1, found


def test_messages_speak_chinese() -> None:
    for text, *_ in BROKEN.values():
        for _, message, _ in problems_of(text):
            assert any("\u4e00" <= letter <= "\u9fff" for letter in message)
            assert "Input should" not in message
            assert "valid" not in message


def test_all_mistakes_of_shape_and_of_meaning_are_told_at_once() -> None:
    text = (
        "campus: {id: demo}\n"
        "zones: {a: {cidr: 10.0.0.0/24, site: x}, b: {cidr: nonsense}}\n"
        "assets:\n"
        "  one: {class: server, zone: b, address: 10.0.0.5}\n"
        "  two: {class: sever}\n"
        "  three: {class: server, zone: c}\n"
        "systems: {p: {name: x, level: 2, assets: [two, four]}}\n"
    )
    found = problems_of(text)
    assert [(line, message.split("，")[0]) for line, message, _ in found] == [
        (1, "缺少必填的键 name"),
        (2, "zones.b.cidr：网段 'nonsense' 缺少掩码"),
        (2, "没有校区 x"),
        (5, "assets.two.class：没有这个值"),
        (6, "没有区域 c"),
        (7, "没有资产 four"),  # `two` is broken but written: referring to it is no second mistake
    ]


@pytest.mark.parametrize("where", ["password", "passphrase", "key", "enable", "become.password"])
@pytest.mark.parametrize(
    "value", ["hunter2", "123456", "[hunter2]", "{env: hunter2}", "env:hunter 2", "true", "vault:hunter2"]
)
def test_a_secret_written_in_the_open_is_refused_and_never_repeated(where: str, value: str) -> None:
    inner = f"become: {{method: sudo, password: {value}}}" if where == "become.password" else f"{where}: {value}"
    found = problems_of(HEAD + f"logins:\n  ops:\n    user: audit\n    {inner}\n")
    assert [line for line, _, _ in found] == [5]
    assert "不是引用" in found[0][1]
    assert "env:变量名" in found[0][2]
    assert "hunter" not in str(found)
    assert "123456" not in str(found)


@pytest.mark.parametrize("logins", ["hunter2", "{ops: hunter2}", "{ops: {passwort: hunter2}}", "{ops: {become: hunter2}}",
                                    "[hunter2]", "{ops: {bastion: {port: hunter2}}}"])  # fmt: skip
def test_a_secret_in_the_wrong_place_of_a_login_is_not_repeated(logins: str) -> None:
    assert "hunter2" not in str(problems_of(HEAD + f"logins: {logins}\n"))


def test_a_section_left_blank_counts_as_not_written() -> None:
    campus = parse_campus(HEAD + "zones:\nassets:\n  a:\n    class: room\n    name:\nsystems:\n", "x")
    assert campus.zones == {}
    assert campus.assets["a"].name is None


def test_a_public_address_may_be_described_before_there_is_an_authorisation() -> None:
    text = (
        HEAD + "zones: {dmz: {cidr: 203.0.113.8/29}}\nassets: {a: {class: server, zone: dmz, address: 203.0.113.10}}\n"
    )
    assert parse_campus(text, "x").assets["a"].places()


def test_sites_may_use_the_same_addresses() -> None:
    text = (
        HEAD + "sites: {m: 主, e: 东}\n"
        "zones: {a: {site: m, cidr: 10.0.0.0/24}, b: {site: e, cidr: 10.0.0.0/24}}\n"
        "assets: {x: {class: server, zone: a, address: 10.0.0.5}, y: {class: server, zone: b, address: 10.0.0.5}}\n"
    )
    assert parse_campus(text, "x").zones_holding(parse_campus(text, "x").assets["x"].address[0].ip) == ("a", "b")


def test_a_tightened_threshold_is_accepted() -> None:
    assert parse_campus(HEAD + "parameters: {failed_logins: 3}\n", "x", KNOWN).parameters == {"failed_logins": 3}


class TestFiles:
    def load(self, path: Path) -> str:
        with pytest.raises(SourceError) as caught:
            load_campus(path)
        return str(caught.value)

    def test_a_missing_file_names_the_next_step(self, tmp_path: Path) -> None:
        assert "没有这个文件（用 dengbao init 生成一份）" in self.load(tmp_path / "campus.yaml")

    def test_a_folder_or_a_pipe_is_refused_without_waiting(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        assert "不是普通文件" in self.load(tmp_path / "pipe")
        assert "不是普通文件" in self.load(tmp_path)

    def test_gbk_is_named_with_its_line(self, tmp_path: Path) -> None:
        (tmp_path / "c").write_bytes("campus:\n  id: demo\n  name: 示例学校\n".encode("gbk"))
        assert ":3: 文件不是 UTF-8 编码（像是 GBK 编码" in self.load(tmp_path / "c")

    def test_utf_16_is_named(self, tmp_path: Path) -> None:
        (tmp_path / "c").write_bytes(HEAD.encode("utf-16"))
        assert "UTF-16" in self.load(tmp_path / "c")

    def test_bytes_that_are_no_text_are_refused(self, tmp_path: Path) -> None:
        (tmp_path / "c").write_bytes(b"campus: \xff\xfe\xfa\xff\n")
        assert ":1: 文件不是 UTF-8 编码" in self.load(tmp_path / "c")

    def test_a_byte_order_mark_is_no_mistake(self, tmp_path: Path) -> None:
        (tmp_path / "c").write_bytes(b"\xef\xbb\xbf" + HEAD.encode())
        assert load_campus(tmp_path / "c").campus.id == "demo"

    def test_a_huge_file_is_not_read(self, tmp_path: Path) -> None:
        (tmp_path / "c").write_bytes(b"#" * (MAX_BYTES + 1))
        assert "文件超过 2048 KiB" in self.load(tmp_path / "c")
