"""One aspect on one asset: what findings and people make of it. A machine closes only `auto` aspects."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from checks.assess.rules import OPEN, Possible
from checks.model.assessment import Answer, AspectResult, Attestation
from checks.model.asset import Asset, AssetClass
from checks.model.catalogue import Aspect, Catalogue
from checks.model.finding import Finding
from checks.model.run import CheckInfo
from checks.model.verdict import Verdict

WHO: Mapping[AssetClass, str] = {
    AssetClass.SERVER: "系统管理员",
    AssetClass.DATABASE: "数据库管理员",
    AssetClass.MIDDLEWARE: "系统管理员",
    AssetClass.NETWORK_DEVICE: "网络管理员",
    AssetClass.SECURITY_DEVICE: "安全设备管理员",
    AssetClass.TERMINAL: "终端管理员",
    AssetClass.APPLICATION: "业务系统管理员",
    AssetClass.DATA: "业务系统管理员",
    AssetClass.NETWORK: "网络管理员",
    AssetClass.ZONE: "网络管理员",
    AssetClass.ROOM: "机房管理员",
    AssetClass.ORGANISATION: "学校网络安全负责人",
}
"""Who must answer, by the class of the asset."""


@dataclass(frozen=True)
class Evidence:
    """Findings and attestations, found by asset and aspect."""

    catalogue: Catalogue
    deciding: Mapping[tuple[str, str], tuple[Finding, ...]]
    indicating: Mapping[tuple[str, str], tuple[Finding, ...]]
    attestations: Mapping[tuple[str, str], Attestation] = field(default_factory=dict)


def evidence(
    catalogue: Catalogue,
    findings: Iterable[Finding],
    checks: Mapping[str, CheckInfo],
    attestations: Iterable[Attestation] = (),
    stand_ins: Mapping[str, tuple[str, ...]] = {},
) -> Evidence:
    """Index what is known by the assets it speaks of.

    A finding decides on its own asset and, where it hangs on a system, on the applications that stand for the system
    (`stand_ins`: system → asset ids). On the assets it relates to it is only shown, so that what one asset did not
    tell never turns another's result. A later attestation replaces an earlier one for the
    same question; of two of the same day the worse one counts.
    """
    deciding: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    indicating: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in sorted(findings, key=lambda f: f.id):
        info = checks[finding.check]
        holders = {finding.asset, *stand_ins.get(finding.asset, ())}
        for asset in holders:
            for aspect in info.decides:
                deciding[(asset, aspect)].append(finding)
        for asset in holders | set(finding.related):
            for aspect in {*info.indicates, *(info.decides if asset not in holders else ())}:
                indicating[(asset, aspect)].append(finding)
    ordered = sorted(attestations, key=lambda a: (a.on, _WORSE.index(a.answer), a.by, a.reason))
    return Evidence(
        catalogue,
        {key: tuple(value) for key, value in deciding.items()},
        {key: tuple(value) for key, value in indicating.items()},
        {(a.asset, a.aspect): a for a in ordered},
    )


def aspect_result(aspect: Aspect, question: str, asset: Asset, level: int, known: Evidence) -> AspectResult:
    """What can still be answered for `aspect` on `asset` at `level`, and what decided it."""
    key = (asset.id, aspect.id)
    mode = aspect.mode_for(asset.asset_class)
    own = tuple(f for f in known.deciding.get(key, ()) if f.at_level(level)) if mode == "auto" else ()
    shown = (
        known.indicating.get(key, ())
        if mode == "auto"
        else (*known.indicating.get(key, ()), *known.deciding.get(key, ()))
    )
    possible = by_findings(own, may_not_apply=aspect.id in known.catalogue.not_applicable)
    attestation = known.attestations.get(key)
    if attestation is not None and (not own or _may_answer(attestation.answer, possible)):
        possible = frozenset((attestation.answer,))
    else:
        attestation = None
    return AspectResult(
        aspect=aspect.id,
        title=aspect.title,
        mode=mode,
        possible=tuple(sorted(possible, key=_ORDER.index)),
        findings=tuple(f.id for f in own),
        indications=tuple(sorted({f.id for f in shown if f.at_level(level)})),
        attestation=attestation,
        open_because=_because(mode, own, possible),
        who=WHO[asset.asset_class] if len(possible) > 1 else "",
        question=question if len(possible) > 1 else "",
    )


_ORDER: tuple[Answer, ...] = ("yes", "partly", "no", "not-applicable")
_WORSE: tuple[Answer, ...] = ("not-applicable", "yes", "partly", "no")


def _may_answer(answer: Answer, possible: Possible) -> bool:
    """Beside deciding findings a person may close what is open, but not gainsay them: that is a determination."""
    return len(possible) > 1 and "yes" in possible and answer in possible


def by_findings(findings: tuple[Finding, ...], *, may_not_apply: bool) -> Possible:
    """The answers deciding findings leave open.

    Findings that do not apply drop out; when only such are left, the aspect does not apply if a rule says so, else it
    is open. A mixture of met and unmet is `partly`; what is unknown could still turn out either way.
    """
    counting = [f for f in findings if f.verdict is not Verdict.NOT_APPLICABLE]
    if not counting:
        return frozenset(("not-applicable",)) if findings and may_not_apply else OPEN
    seen = {f.verdict for f in counting}
    if Verdict.UNKNOWN not in seen:
        return frozenset((_joined(seen),))
    known = seen - {Verdict.UNKNOWN}
    if not known:
        return OPEN
    return frozenset(_joined(known | {v}) for v in (Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL))


def _joined(seen: set[Verdict]) -> Answer:
    if seen == {Verdict.PASS}:
        return "yes"
    return "no" if seen == {Verdict.FAIL} else "partly"


def _because(
    mode: str, own: tuple[Finding, ...], possible: Possible
) -> Literal["", "manual", "unknown", "not-covered"]:
    if len(possible) == 1:
        return ""
    if mode != "auto":
        return "manual"
    return "unknown" if any(f.verdict is Verdict.UNKNOWN for f in own) else "not-covered"
