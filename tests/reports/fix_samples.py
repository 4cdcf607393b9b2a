"""A run with failing checks that have scripts: two servers of different families, one of an unknown one, one child."""

from datetime import UTC, date, datetime

from checks.model.asset import Asset, AssetClass, Seen
from checks.model.finding import Finding, ParameterUse, finding_id
from checks.model.fix import Effort, Fix, FixProof, FixScript
from checks.model.run import Campus, CheckInfo, FixTask, Run, Urgency
from checks.model.text import Text
from checks.model.verdict import Severity, Verdict
from reports.fixes.script import digest

KEY = "SHA256:" + "k" * 43
ANY = FixScript(apply='for name in "$@"; do say "$name $password_max_days"; done')
DEBIAN = FixScript(apply="say debian")
RHEL = FixScript(apply="say rhel")


def server(name: str, family: str | None = "debian", system: str = "Debian GNU/Linux 12", owner: str = "") -> Asset:
    """A server whose release is known, or not."""
    seen = Seen.model_validate({"family": family, "system": system, "host_key": KEY})
    return Asset(
        id=name, asset_class=AssetClass.SERVER, name=f"{name} 服务器", platform="linux", seen=seen, owner=owner
    )


def check(name: str, scripts: dict[str, FixScript], *, severity: Severity = Severity.MEDIUM, high_risk: tuple[str, ...] = (),
          effort: Effort = "quick", tried: tuple[str, ...] = ()) -> CheckInfo:  # fmt: skip
    """A check with a fix. `tried`: keys of its scripts that are proven on Debian."""
    proofs = tuple(
        FixProof.model_validate(
            {"check": name, "script": key, "family": "debian", "system": "Debian GNU/Linux 12", "on": "2026-11-20",
             "digest": digest(scripts[key])}
        )
        for key in tried
    )  # fmt: skip
    fix = Fix.model_validate(
        {"steps": ({"zh": f"{name} 的步骤"},), "scripts": scripts, "risk": {"zh": "会断开"}, "rollback": {"zh": "改回去"},
         "effort": effort}
    )  # fmt: skip
    return CheckInfo(
        id=name, title=Text(zh=f"{name} 的标题"), severity=severity, why=Text(zh="理由"), fix=fix, high_risk=high_risk,
        platform="linux", tried=proofs,
    )  # fmt: skip


def failing(
    check_id: str, asset: str, subject: str = "", *, level: int = 0, days: int = 0, verdict: Verdict = Verdict.FAIL
) -> Finding:
    """A finding of a check; with `level` it was judged with a threshold."""
    used = (ParameterUse(name="password_max_days", value=days, unit="天"),) if level else ()
    return Finding(
        id=finding_id(check_id, asset, subject, used), check=check_id, asset=asset, subject=subject, parameters=used,
        levels=(level,) if level else (), verdict=verdict, severity=Severity.MEDIUM,
    )  # fmt: skip


def task(
    info: CheckInfo, findings: tuple[Finding, ...], urgency: Urgency = "scheduled", due: date = date(2026, 12, 24)
) -> FixTask:
    """The task of a check over its findings."""
    own = [f for f in findings if f.check == info.id]
    return FixTask(
        check=info.id, title=info.title, severity=info.severity, high_risk=info.high_risk, urgency=urgency, due=due,
        assets=tuple(sorted({f.asset for f in own})), findings=tuple(f.id for f in own),
    )  # fmt: skip


def run_of(
    assets: tuple[Asset, ...],
    checks: tuple[CheckInfo, ...],
    findings: tuple[Finding, ...],
    urgencies: dict[str, Urgency] | None = None,
) -> Run:
    """A run of these assets, checks and failing findings, tasks in the order of the checks."""
    tasks = tuple(task(info, findings, (urgencies or {}).get(info.id, "scheduled")) for info in checks)
    return Run(
        id="20261124T013000Z", dengbao_version="0.1.0", campus=Campus(id="qinghe", name="青禾中学"),
        as_of=datetime(2026, 11, 24, 1, 30, tzinfo=UTC), content_digest="c" * 64, assets=assets, systems=(), collections=(),
        checks={info.id: info for info in checks}, findings=findings, assessments=(), fix_first=tasks,
    )  # fmt: skip
