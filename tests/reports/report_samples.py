"""A school's run as the reports get it: two graded systems, every verdict, open items, high-risk cases. All names invented."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from checks.model.assessment import (
    Answer,
    AspectResult,
    Assessment,
    Attestation,
    CaseConfirmation,
    CaseResult,
    Conclusion,
    Counts,
    Determination,
    Interval,
    ItemResult,
    LayerRate,
    RecordResult,
)
from checks.model.asset import Asset, AssetClass, GradedSystem
from checks.model.finding import Citation, Finding, ParameterUse, Reason, finding_id
from checks.model.fix import Fix, FixScript
from checks.model.operation import Operation
from checks.model.run import Campus, CheckInfo, CollectionInfo, FixTask, NotCovered, Run
from checks.model.text import Text
from checks.model.verdict import Severity, Verdict

AS_OF = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)

ASSETS = (
    Asset(id="ap-lib-01", asset_class=AssetClass.NETWORK_DEVICE, name="图书馆无线接入点", zone="wireless"),
    Asset(id="cache-01", asset_class=AssetClass.SERVER, name="缓存服务器", platform="linux", zone="servers"),
    Asset(id="cache-01/redis:6380", asset_class=AssetClass.DATABASE, platform="redis", parent="cache-01", origin="discovered"),
    Asset(id="db-01", asset_class=AssetClass.SERVER, name="教务数据库服务器", platform="linux", zone="servers"),
    Asset(id="db-01/mysql", asset_class=AssetClass.DATABASE, platform="mysql", parent="db-01", origin="discovered"),
    Asset(id="sw-core-01", asset_class=AssetClass.NETWORK_DEVICE, name="核心交换机", platform="huawei-vrp", zone="management"),
    Asset(id="web-01", asset_class=AssetClass.SERVER, name="学校网站", platform="linux", zone="dmz"),
)  # fmt: skip

ACADEMIC = GradedSystem(
    id="academic",
    name="教务管理系统",
    s_level=2,
    a_level=3,
    assets=("db-01", "db-01/mysql", "cache-01", "cache-01/redis:6380", "sw-core-01"),
    owner="教务处",
    filing_number="示例-0001",
    continuity_critical=True,
    personal_information=True,
)
WEBSITE = GradedSystem(
    id="website", name="学校门户网站", s_level=2, a_level=2, assets=("web-01", "sw-core-01"), internet_facing=True,
    levels_assumed=True,
)  # fmt: skip

CheckRow = tuple[str, str, Severity, str, str, tuple[str, ...]]
CHECKS: tuple[CheckRow, ...] = (
    ("redis-auth", "Redis 要求口令", Severity.HIGH, "redis", "不要口令的 Redis 谁都能读写，常被用来写入木马。", ("HR25-6.4.1.1",)),
    ("vrp-telnet-off", "交换机不用 Telnet 管理", Severity.HIGH, "huawei-vrp", "Telnet 明文传输口令，同网段的人可以截到。", ("HR25-6.4.1.2",)),
    ("mysql-anonymous", "MySQL 没有匿名账号", Severity.HIGH, "mysql", "匿名账号不用口令就能登录数据库。", ("HR25-6.4.1.1",)),
    ("linux-ssh-idle-timeout", "SSH 会话空闲超时自动断开", Severity.MEDIUM, "linux", "离开座位后会话仍开着，别人可以接着操作。", ()),
    ("linux-password-age", "口令定期更换", Severity.MEDIUM, "linux", "长期不换的口令一旦泄露会一直有效。", ()),
    ("linux-faillock", "登录失败锁定账号", Severity.MEDIUM, "linux", "不锁定就可以无限次猜口令。", ()),
    ("linux-audit-remote", "日志送到日志服务器", Severity.MEDIUM, "linux", "只存在本机的日志会被入侵者删掉。", ()),
    ("linux-banner", "登录前显示警示语", Severity.LOW, "linux", "警示语提醒未经授权不得登录。", ()),
)  # fmt: skip


def check_info(row: CheckRow) -> CheckInfo:
    """What a report says about one of the sample checks."""
    key, title, severity, platform, why, high_risk = row
    return CheckInfo(
        id=key,
        title=Text(zh=title, en=key.replace("-", " ").capitalize()),
        severity=severity,
        why=Text(zh=why),
        platform=platform,
        high_risk=high_risk,
        fix=Fix(
            steps=(
                Text(zh="先记下现在的设置，并留一个不退出的登录会话。"),
                Text(zh=f"按下面的脚本修改“{title}”对应的设置。"),
                Text(zh="另开一个会话验证能正常登录，再退出原来的会话。"),
            ),
            scripts={
                "any": FixScript(apply="keep /etc/example.conf\nprintf '%s\\n' 'option on' >> /etc/example.conf\n")
            },
            risk=Text(zh="正在使用的连接可能要重新登录。"),
            rollback=Text(zh="用 .bak 文件覆盖回去并重启服务。"),
            cuts_management=key == "vrp-telnet-off",
        ),
    )


FindingRow = tuple[str, str, str, Verdict, str, str, str]
FINDINGS: tuple[FindingRow, ...] = (
    ("redis-auth", "cache-01/redis:6380", "", Verdict.FAIL, "requirepass 存在", "没有设置", "# requirepass foobared"),
    ("vrp-telnet-off", "sw-core-01", "vty 0 4", Verdict.FAIL, "inbound 只有 ssh", "protocol inbound all", " protocol inbound all"),
    ("mysql-anonymous", "db-01/mysql", "", Verdict.UNKNOWN, "没有 user='' 的行", "", ""),
    ("linux-ssh-idle-timeout", "web-01", "", Verdict.FAIL, "在 1–600 之间", "0", "clientaliveinterval 0"),
    ("linux-ssh-idle-timeout", "db-01", "", Verdict.FAIL, "在 1–600 之间", "0", "clientaliveinterval 0"),
    ("linux-ssh-idle-timeout", "cache-01", "", Verdict.PASS, "在 1–600 之间", "300", "clientaliveinterval 300"),
    ("linux-password-age", "web-01", "root", Verdict.FAIL, "不大于 90", "99999", "root:P:99999"),
    ("linux-password-age", "web-01", "wangwei", Verdict.PASS, "不大于 90", "90", "wangwei:P:90"),
    ("linux-password-age", "db-01", "root", Verdict.PARTIAL, "不大于 90", "180", "root:P:180"),
    ("linux-faillock", "web-01", "", Verdict.PASS, "deny 不大于 5", "5", "deny = 5"),
    ("linux-faillock", "db-01", "", Verdict.PASS, "deny 不大于 5", "5", "deny = 5"),
    ("linux-faillock", "cache-01", "", Verdict.NOT_APPLICABLE, "deny 不大于 5", "没有可以登录的账号", ""),
    ("linux-audit-remote", "web-01", "", Verdict.UNKNOWN, "有 @ 开头的转发", "", ""),
    ("linux-audit-remote", "db-01", "", Verdict.PASS, "有 @ 开头的转发", "@@10.20.0.9:514", "*.* @@10.20.0.9:514"),
    ("linux-banner", "web-01", "", Verdict.FAIL, "文件不为空", "空文件", ""),
    ("linux-banner", "db-01", "", Verdict.PASS, "文件不为空", "42 字节", "未经授权不得登录本系统"),
)  # fmt: skip

IDLE = ParameterUse(name="idle_seconds", value=600, unit="秒", origin="level 2", source="GB/T 28448-2019 8.1.4.1")


def finding(row: FindingRow) -> Finding:
    """A finding with its tree of reasons and cited lines."""
    check, asset, subject, verdict, expected, observed, line = row
    unknown = verdict is Verdict.UNKNOWN
    used = (IDLE,) if check == "linux-ssh-idle-timeout" else ()
    result = None if unknown else verdict in (Verdict.PASS, Verdict.NOT_APPLICABLE)
    fact = check.split("-")[1]
    cites = (Citation(fact=fact, line=12, text=line),) if line else (Citation(fact=fact),)
    return Finding(
        id=finding_id(check, asset, subject, used),
        check=check,
        asset=asset,
        subject=subject,
        parameters=used,
        levels=(2,) if used else (),
        verdict=verdict,
        severity=next(entry[2] for entry in CHECKS if entry[0] == check),
        expected=expected,
        observed=observed,
        cause="没有取到 " + fact + "：权限不足。给采集账号加上 sudo 规则后重新运行。" if unknown else "",
        reasons=(
            Reason(matcher="以下全部成立", expected="", observed="", result=result),
            Reason(
                matcher=f"{fact} {expected}", expected=expected, observed=observed, result=result, depth=1, cites=cites
            ),
            Reason(matcher=f"{fact}.enabled 等于 yes", expected="等于 yes", observed="yes", result=True, depth=1),
        ),
        related=("db-01",) if check == "redis-auth" else (),
    )


def found(run_findings: tuple[Finding, ...], check: str, asset: str) -> tuple[str, ...]:
    """Ids of a check's findings on an asset."""
    return tuple(f.id for f in run_findings if f.check == check and f.asset == asset)


Because = Literal["", "manual", "unknown", "not-covered"]


def aspect(key: str, title: str, possible: tuple[Answer, ...], because: Because = "", **more: Any) -> AspectResult:
    """One aspect; `because` says why it is open."""
    mode = "auto" if because != "manual" else "manual"
    return AspectResult(aspect=key, title=title, mode=mode, possible=possible, open_because=because, **more)


def record(asset: str, verdict: Verdict, possible: tuple[Verdict, ...], *aspects: AspectResult) -> RecordResult:
    """An item on one of the sample assets."""
    kinds = {known.id: known.asset_class for known in ASSETS}
    return RecordResult(
        asset=asset,
        asset_class=kinds.get(asset, AssetClass.ORGANISATION),
        verdict=verdict,
        possible=possible,
        aspects=aspects,
    )


P, H, F = Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL
MANUAL_ITEMS = (
    ("安全物理环境", "物理访问控制", "pes.entry.control", "PES1-01", "机房出入口有专人值守或装电子门禁，进出可控、可识别、有记录。", "总务处"),
    ("安全物理环境", "防火", "pes.fire.suppression", "PES1-05", "机房能自动探测火情、报警并灭火。", "总务处"),
    ("安全管理制度", "安全策略", "mgt.policy.overall", "PSS1-01", "写明网络安全工作的总目标、范围、原则和框架。", "分管校领导"),
    ("安全管理机构", "岗位设置", "org.posts.leader", "ORS1-01", "设网络安全职能部门，定负责人的职责。", "分管校领导"),
    ("安全管理人员", "安全意识教育和培训", "hrs.training", "HRS1-04", "对各类人员做安全意识教育和岗位培训。", "人事处"),
    ("安全建设管理", "等级测评", "cms.assessment.regular", "CMS1-18", "定期做等级测评，发现不符合及时整改。", "信息中心"),
    ("安全运维管理", "备份与恢复管理", "mms.backup.policy", "MMS1-24", "按数据的重要程度定备份策略和恢复程序。", "信息中心"),
)  # fmt: skip


def manual_item(row: tuple[str, str, str, str, str, str], level: int) -> ItemResult:
    """An item only people can answer, still open."""
    layer, point, topic, number, summary, who = row
    open_aspect = aspect(
        f"{topic}/answer", summary, ("yes", "no"), "manual", who=who, question=f"{summary[:-1]}，是吗？"
    )
    return ItemResult(
        item=f"L{level}-{number}",
        topic=topic,
        level=level,
        layer=layer,
        control_point=point,
        summary=summary,
        verdict=Verdict.MANUAL,
        automatic=Verdict.MANUAL,
        possible=(P, F),
        records=(record("organisation", Verdict.MANUAL, (P, F), open_aspect),),
        counts={Verdict.MANUAL: 1},
        who=(who,),
    )


def machine_items(system: GradedSystem, findings: tuple[Finding, ...]) -> tuple[ItemResult, ...]:
    """Items decided from findings, by an attestation and by a determination."""
    host, level = ("web-01", 2) if system is WEBSITE else ("db-01", 2)
    common = {"level": level, "layer": "安全计算环境"}
    age = found(findings, "linux-password-age", host)
    unique = Attestation(
        aspect="ces.identity.unique/unique",
        asset=host,
        answer="yes",
        by="王伟",
        on=date(2026, 11, 20),
        evidence=("账号清单.xlsx",),
    )
    changed = Determination(
        system=system.id,
        item="L2-CES1-13",
        verdict="partial",
        by="李敏",
        on=date(2026, 11, 21),
        reason="已用防火墙只放行管理区",
    )
    identity = ItemResult(
        item="L2-CES1-01", topic="ces.identity.unique", control_point="身份鉴别", **common,
        summary="登录要验明身份，身份标识不重复，口令够复杂并定期更换。", verdict=F, automatic=F, possible=(H, F), who=("系统管理员",),
        counts={F: 1},
        records=(record(
            host, F, (H, F),
            aspect("ces.identity.unique/unique", "身份标识不重复", ("yes",), attestation=unique),
            aspect("ces.identity.unique/changed", "口令定期更换", ("no",), findings=age),
            aspect("ces.identity.unique/complex", "口令够复杂", ("yes", "no"), "not-covered"),
        ),),
    )  # fmt: skip
    failure = ItemResult(
        item="L2-CES1-02", topic="ces.identity.login-failure", control_point="身份鉴别", **common,
        summary="登录失败要处理：结束会话、限制次数、超时退出。", verdict=H, automatic=H, possible=(H,), counts={H: 1},
        records=(record(
            host, H, (H,),
            aspect("ces.identity.login-failure/lock", "登录失败锁定", ("yes",), findings=found(findings, "linux-faillock", host)),
            aspect("ces.identity.login-failure/timeout", "空闲超时退出", ("no",),
                   findings=found(findings, "linux-ssh-idle-timeout", host)),
        ),),
    )  # fmt: skip
    audit = ItemResult(
        item="L2-CES1-10", topic="ces.audit.protection", control_point="安全审计", **common,
        summary="保护审计记录，定期备份，避免被删改。", verdict=Verdict.UNKNOWN, automatic=Verdict.UNKNOWN, possible=(P, H, F),
        counts={Verdict.UNKNOWN: 1}, note="日志服务器的配置没有取到。",
        records=(record(
            host, Verdict.UNKNOWN, (P, H, F),
            aspect("ces.audit.protection/retained", "日志留存六个月", ("yes", "no"), "unknown",
                   indications=found(findings, "linux-audit-remote", host)),
        ),),
    )  # fmt: skip
    ports = ItemResult(
        item="L2-CES1-13", topic="ces.intrusion.ports", control_point="入侵防范", **common,
        summary="关掉不需要的服务、默认共享和高危端口。", verdict=H, automatic=F, possible=(H,), determination=changed, counts={F: 1},
        records=(record(host, F, (F,), aspect("ces.intrusion.ports/closed", "不需要的端口已关", ("no",))),),
    )  # fmt: skip
    network = ItemResult(
        item="L2-CNS1-03", topic="cns.transmission.integrity", level=level, layer="安全通信网络", control_point="通信传输",
        summary="传输中用校验技术保证数据完整。", verdict=P, automatic=P, possible=(P,), counts={P: 1},
        records=(record("sw-core-01", P, (P,), aspect("cns.transmission.integrity/protected", "传输防篡改", ("yes",))),),
    )  # fmt: skip
    cloud = ItemResult(
        item="L2-ABS1-04", topic="abs.boundary.wireless", level=level, layer="安全区域边界", control_point="边界防护",
        summary="无线网络经受控的边界设备接入内部网络。", verdict=Verdict.NOT_APPLICABLE, automatic=Verdict.NOT_APPLICABLE,
        possible=(Verdict.NOT_APPLICABLE,), records=(), counts={},
    )  # fmt: skip
    return (network, cloud, identity, failure, audit, ports)


def cases(system: GradedSystem, findings: tuple[Finding, ...]) -> tuple[CaseResult, ...]:
    """One case in each state; on the website the hit one is confirmed and put right."""
    fixed = CaseConfirmation(
        system=system.id, case="HR25-6.4.1.2", state="hit", by="李敏", on=date(2026, 11, 22), reason="现场看过配置", fixed=True,
        compensating="带外管理",
    )  # fmt: skip
    return (
        CaseResult(
            case="HR25-6.4.1.2", title="管理口令在网络上明文传输", kind="case", state="hit", items=("L2-CES1-02",),
            findings=found(findings, "vrp-telnet-off", "sw-core-01"), triggers=("用 Telnet 或 HTTP 管理，口令明文传输。",),
            compensating=("管理流量走带外网络。", "登录须经堡垒机。"), confirmation=fixed if system is WEBSITE else None,
        ),
        CaseResult(
            case="HR25-6.4.1.1", title="存在空口令或弱口令", kind="case", state="suspected", items=("L2-CES1-01",),
            findings=found(findings, "redis-auth", "cache-01/redis:6380"), triggers=("空口令可以登录。",), can_be_lowered=False,
        ),
        CaseResult(case="MH-07", title="重要数据没有备份", kind="major-hazard", state="cannot-tell", items=("L2-CES1-10",)),
        CaseResult(case="HR25-6.4.3.1", title="开着不需要的高危端口", kind="case", state="not-hit", items=("L2-CES1-13",)),
    )  # fmt: skip


def assessment(system: GradedSystem, findings: tuple[Finding, ...]) -> Assessment:
    """What assess hands over: figures as given, the reports only show them."""
    items = machine_items(system, findings) + tuple(manual_item(row, 2) for row in MANUAL_ITEMS)
    layers = dict.fromkeys(item.layer for item in items)
    return Assessment(
        system=system,
        items=items,
        counts=Counts(
            total=135, passed=61, partial=14, fail=9, not_applicable=5, undecided_failure=4, open=42, manual=30, unknown=8
        ),
        records=Counts(total=412, passed=220, partial=30, fail=41, not_applicable=11, open=110, manual=80, unknown=30),
        rate=Interval(low=46.923, high=79.23),
        record_rate=Interval(low=54.86, high=82.29),
        layers=tuple(
            LayerRate(
                layer=layer,
                counts=Counts(total=12, passed=2 + n, partial=1, fail=2, open=7 - n, manual=5 - n, unknown=2),
                rate=Interval(low=100 * (2 + n) / 12, high=75),
            )
            for n, layer in enumerate(list(layers)[:6])
        ),
        cases=cases(system, findings),
        conclusions=(
            Conclusion(
                method="2025", label="未定", figure=Interval(low=46.923, high=79.23),
                reasons=("还有 42 项未定，符合率跨过 60%。", "有一项重大风险隐患还不能判断。"),
                settings=("恰好 60% 或 90% 归上一档", "部分符合不计入分子", "按要求项计数"),
            ),
            Conclusion(
                method="2021", label="差", figure=Interval(low=41.0, high=68.5), reasons=("命中高风险情形 1 个。",),
                settings=("没有官方赋值表，重要程度全按“一般”计",),
            ),
        ),
    )  # fmt: skip


def fix_tasks(findings: tuple[Finding, ...]) -> tuple[FixTask, ...]:
    """The failing checks, most urgent first (the order the sample checks stand in)."""
    tasks = []
    for key, title, severity, _, _, high_risk in CHECKS:
        failing = [f for f in findings if f.check == key and f.verdict in (F, H)]
        if failing:
            assets = tuple(dict.fromkeys(f.asset for f in failing))
            ids = tuple(f.id for f in failing)
            tasks.append(
                FixTask(
                    check=key, title=Text(zh=title), severity=severity, high_risk=high_risk, assets=assets, findings=ids
                )
            )
    return tuple(tasks)


def sample_run() -> Run:
    """The run most tests read."""
    findings = tuple(finding(row) for row in FINDINGS)
    return Run(
        id="2026-11-24T0930-qinghe",
        dengbao_version="0.1.0",
        campus=Campus(id="qinghe-1", name="青禾市第一实验中学"),
        as_of=AS_OF,
        content_digest="4f1c9a0be2d7",
        assets=ASSETS,
        systems=(ACADEMIC, WEBSITE),
        collections=(
            CollectionInfo(asset="cache-01", origin="live", method="ssh", status="complete", facts_ok=58, digest="aa01"),
            CollectionInfo(
                asset="db-01", origin="live", method="ssh", status="partial", facts_ok=51, facts_missing=7, digest="aa02",
                cause="db-01：采集账号没有 sudo 权限，7 条证据没取到。运行 dengbao plan --sudoers 得到最小的规则。",
            ),
            CollectionInfo(
                asset="ap-lib-01", origin="live", method="ssh", status="failed",
                cause="ap-lib-01：10.30.4.11 的 22 端口连不上。检查设备是否开机、是否允许从本机登录。",
            ),
            CollectionInfo(asset="sw-core-01", origin="imported", method="import", status="complete", facts_ok=4, digest="aa03"),
            CollectionInfo(asset="web-01", origin="live", method="ssh", status="complete", facts_ok=60, digest="aa04"),
        ),
        checks={row[0]: check_info(row) for row in CHECKS},
        findings=findings,
        assessments=(assessment(ACADEMIC, findings), assessment(WEBSITE, findings)),
        fix_first=fix_tasks(findings),
        not_covered=(
            NotCovered(asset="ap-lib-01", what="整台设备", cause="22 端口连不上，见取证情况。"),
            NotCovered(asset="db-01/mysql", what="MySQL 账号", cause="没有数据库登录信息，在 campus.yaml 里给出只读账号。", kind="instances"),
        ),
    )  # fmt: skip


def sample_operations() -> tuple[Operation, ...]:
    """The operation log of the sample: two sessions that ended, one that was refused, one that broke off."""
    at = AS_OF - timedelta(minutes=5)
    common = {"method": "ssh", "port": 22, "user": "audit", "batch": "5d41" * 16}
    web = {**common, "asset": "web-01", "address": "10.20.0.11", "become": "sudo"}
    data = {**common, "asset": "db-01", "address": "10.20.0.12", "become": "none", "bastion": "web-01"}
    point = {**common, "asset": "ap-lib-01", "address": "10.30.4.11", "become": "none"}
    cache = {**common, "asset": "cache-01", "address": "10.20.0.13", "become": "su"}
    names = ("sshd", "login-defs", "accounts", "sockets")
    return (
        Operation(at=at, event="started", facts=names, **web),
        Operation(at=at, event="started", facts=names, **data),
        Operation(at=at, event="started", facts=names[:1], **point),
        Operation(at=at + timedelta(seconds=2), event="ended", status="complete", sent=18_432, received=96_010, **web),
        Operation(at=at + timedelta(seconds=3), event="ended", status="partial", cause="db-01：采集账号没有 sudo 权限。", sent=18_432, received=60_200, **data),
        Operation(at=at + timedelta(seconds=10), event="ended", status="failed", cause="ap-lib-01：22 端口连不上。", sent=0, **point),
        Operation(at=at + timedelta(seconds=11), event="started", facts=names, **cache),
    )  # fmt: skip


def large_run(count: int) -> Run:
    """The sample with `count` findings over 50 servers, each item judged on all of them."""
    run = sample_run()
    servers = tuple(
        Asset(id=f"srv-{n:02}", asset_class=AssetClass.SERVER, name=f"服务器 {n}", platform="linux") for n in range(50)
    )
    rows = [row for row in FINDINGS if row[0].startswith("linux-")]
    many = []
    for n in range(count):
        check, _, _, *rest = rows[n % len(rows)]
        many.append(finding((check, servers[n % 50].id, f"用户-{n:05}", *rest)))
    by_asset: dict[str, list[str]] = {}
    for entry in many:
        by_asset.setdefault(entry.asset, []).append(entry.id)
    first = run.assessments[0]
    item = first.items[3].model_copy(
        update={
            "records": tuple(
                record(
                    asset,
                    H,
                    (H,),
                    aspect("ces.identity.login-failure/lock", "登录失败锁定", ("no",), findings=tuple(ids)),
                )
                for asset, ids in by_asset.items()
            )
        }
    )
    items = tuple(item.model_copy(update={"item": f"L2-CES1-{n:02}"}) for n in range(1, 24))
    return run.model_copy(
        update={
            "assets": servers,
            "findings": tuple(many),
            "assessments": (first.model_copy(update={"items": items}),),
            "fix_first": fix_tasks(tuple(many)),
        }
    )
