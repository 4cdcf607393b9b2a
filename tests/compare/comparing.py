"""Small runs to set against each other: one server with one check, unless a test says otherwise."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from checks.model.asset import Asset, AssetClass
from checks.model.finding import Finding, ParameterUse, finding_id
from checks.model.fix import Fix
from checks.model.run import Campus, CheckInfo, CollectionInfo, NotCovered, Run
from checks.model.text import Text
from checks.model.verdict import Severity, Verdict
from checks.model.waiver import Waiver, WaiverUse

P, H, F, NA, M, U = (
    Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.NOT_APPLICABLE, Verdict.MANUAL, Verdict.UNKNOWN,
)  # fmt: skip
OLD_DAY = datetime(2026, 9, 1, 1, tzinfo=UTC)
WEB = Asset(id="web-01", asset_class=AssetClass.SERVER, platform="linux")
REDIS = Asset(
    id="web-01/redis:6379", asset_class=AssetClass.DATABASE, platform="redis", parent="web-01", origin="discovered"
)


def finding(
    verdict: Verdict,
    subject: str = "",
    *,
    check: str = "password-age",
    asset: str = "web-01",
    severity: Severity = Severity.MEDIUM,
    days: int | None = None,
    cause: str = "",
) -> Finding:
    """A finding; with `days` it used a threshold, which is part of its id."""
    used = () if days is None else (ParameterUse(name="days", value=days, unit="天", origin="level 2"),)
    return Finding(
        id=finding_id(check, asset, subject, used),
        check=check,
        asset=asset,
        subject=subject,
        parameters=used,
        levels=(2,) if used else (),
        verdict=verdict,
        severity=severity,
        cause=cause or ("没有取到 shadow：权限不足" if verdict is U else ""),
        observed="99999" if verdict in (F, H) else "",
    )


def info(name: str, digest: str = "d1") -> CheckInfo:
    """What a run says of a check."""
    words = Text(zh=f"检查 {name}")
    fix = Fix(steps=(words,), risk=words, rollback=words)
    return CheckInfo(
        id=name, title=words, severity=Severity.MEDIUM, why=words, fix=fix, platform="linux", digest=digest
    )


def run(*findings: Finding, day: int = 0, assets: Iterable[Asset] = (WEB,), digest: str = "d1", **changed: Any) -> Run:
    """A run `day` days after the first, its assets all reached unless `collections` says otherwise."""
    at = OLD_DAY + timedelta(days=day)
    known = tuple(assets)
    reached = tuple(
        CollectionInfo(asset=a.id, origin="live", method="ssh", status="complete", facts_ok=9)
        for a in known
        if not a.parent
    )
    fields: dict[str, Any] = {
        "id": at.strftime("%Y%m%dT%H%M%SZ"),
        "dengbao_version": "0.1.0",
        "campus": Campus(id="qinghe", name="青禾中学"),
        "as_of": at,
        "content_digest": "c1",
        "campus_digest": "y1",
        "assets": known,
        "systems": (),
        "collections": reached,
        "checks": {name: info(name, digest) for name in sorted({f.check for f in findings})},
        "findings": findings,
        "assessments": (),
    }
    return Run(**{**fields, **changed})


def later(*findings: Finding, **changed: Any) -> Run:
    """The run a month on."""
    return run(*findings, day=30, **changed)


def unreached(asset: str = "web-01", cause: str = "22 端口连不上") -> dict[str, Any]:
    """A run whose session with one asset failed."""
    return {
        "collections": (CollectionInfo(asset=asset, origin="live", method="ssh", status="failed", cause=cause),),
        "not_covered": (NotCovered(asset=asset, what="收集", cause=cause),),
    }


def waived(*ids: str, state: Any = "in-force") -> tuple[WaiverUse, ...]:
    """One waiver over these findings."""
    given = Waiver(
        id="w", check="password-age", asset="web-01", reason="旧系统", compensating="无", approved_by="李校长",
        approved=date(2026, 9, 1), until=date(2026, 12, 31),
    )  # fmt: skip
    return (WaiverUse(waiver=given, state=state, findings=ids),)
