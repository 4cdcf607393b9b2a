"""The plan: for each asset the union of the facts its checks need, how they are obtained, and what may not be touched.

Pure. `dengbao plan` prints it before anything is sent; `audit` gathers exactly what it says.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from audit.campus.authorise import authorised
from audit.campus.model.campus import CampusFile
from audit.campus.model.things import AssetEntry
from audit.gather.batch import Batch, compile_batch
from checks.language.check import Check
from checks.language.load import Content
from checks.language.platform import FactSpec


@dataclass(frozen=True)
class Step:
    """What is meant to happen with one asset."""

    asset: str
    method: str
    """local, ssh or import."""
    platform: str
    address: str = ""
    port: int = 22
    login: str = ""
    refused: str = ""
    """Why it is left alone, in Chinese; empty: it is gathered."""


@dataclass(frozen=True)
class Plan:
    """Every asset that has a way in, and the batch of every platform."""

    steps: tuple[Step, ...]
    batches: dict[str, Batch]
    """Platform → the one script that gathers it."""


def make_plan(campus: CampusFile, content: Content, as_of: datetime, only: tuple[str, ...] = ()) -> Plan:
    """Plan the assets of a campus (all, or those in `only`)."""
    steps = tuple(
        _step(campus, content, name, entry, as_of)
        for name, entry in sorted(campus.assets.items())
        if entry.access is not None and (not only or name in only)
    )
    hosts = sorted({step.platform for step in steps if step.method in ("local", "ssh") and not step.refused})
    return Plan(steps, {name: platform_batch(content, name) for name in hosts})


def platform_batch(content: Content, platform: str) -> Batch:
    """The batch of a platform and of what lives inside it: only facts that a check needs."""
    folders = {p.name: p.facts for p in content.inside(platform)}
    return compile_batch(folders, wanted=facts_needed(content, platform))


def facts_needed(content: Content, platform: str) -> frozenset[str]:
    """Names of the facts some check needs on this platform or inside it, derived ones replaced by their sources."""
    own = {p.name for p in content.inside(platform)}
    specs = {name: spec for p in content.inside(platform) for name, spec in p.facts.facts.items()}
    needed: set[str] = set()
    for owner, check in content.checks():
        if owner.name in own or owner.facts.platform.implied:
            needed |= set(_expanded(check, specs))
    return frozenset(needed)


def _expanded(check: Check, specs: dict[str, FactSpec]) -> Iterator[str]:
    waiting = list(check.needs)
    while waiting:
        name = waiting.pop()
        spec = specs.get(name)
        if spec is not None:
            waiting += spec.sources
            yield name


def _step(campus: CampusFile, content: Content, name: str, entry: AssetEntry, as_of: datetime) -> Step:
    assert entry.access is not None  # noqa: S101 - the caller picked assets with a way in
    method = entry.access.method
    platform = entry.platform_or_default() or ""
    step = Step(asset=name, method=method, platform=platform)
    if method == "import":
        return step
    if platform not in content.platforms:
        return _refuse(step, f"平台 {platform or '（没有写）'} 还没有检查内容，不登录；由人回答，或改用已有的平台")
    if method == "local":
        return replace(step, login=entry.access.login or "")
    places = entry.places()
    if not places:
        return _refuse(step, f"没有写 address；在 campus.yaml 的 assets.{name} 下补上 IP 地址")
    zone, address = places[0]
    step = replace(step, address=str(address), port=entry.port, login=campus.login_of(entry) or "")
    return _refuse(step, authorised(campus, str(address), as_of, zone) or "")


def _refuse(step: Step, cause: str) -> Step:
    return replace(step, refused=cause)
