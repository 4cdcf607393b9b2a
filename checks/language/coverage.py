"""Which aspects the checks of a platform serve, and why the others are not covered."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from checks.language.check import Check
from checks.language.load import Content, Loaded, Platform
from checks.language.source import Problem, suggest
from checks.model.asset import AssetClass
from checks.model.catalogue import Aspect, Catalogue, Mode


@dataclass(frozen=True)
class Covered:
    """One aspect on one platform: the checks that close it or show evidence for it, or the reason why none does."""

    platform: str
    aspect: str
    modes: tuple[Mode, ...]
    decides: tuple[str, ...] = ()
    indicates: tuple[str, ...] = ()
    reason: str = ""

    @property
    def serving(self) -> tuple[str, ...]:
        """The checks to name: those that decide, else those that indicate."""
        return self.decides or self.indicates

    @property
    def is_gap(self) -> bool:
        """Neither a check nor a reason."""
        return not self.serving and not self.reason

    @property
    def word(self) -> str:
        """How far the machine gets, in Chinese."""
        return "判定" if self.decides else "旁证" if self.indicates else "未覆盖" if self.reason else "缺"


def coverage(
    content: Content, catalogue: Catalogue, classes: Collection[AssetClass] = tuple(AssetClass)
) -> tuple[Covered, ...]:
    """Every aspect a machine may close or gather evidence for, on every platform that has assets of these classes."""
    return tuple(
        row
        for _, platform in sorted(content.platforms.items())
        for row in _of_platform(content, platform, catalogue, set(classes) & set(platform.facts.platform.classes))
    )


def _of_platform(
    content: Content, platform: Platform, catalogue: Catalogue, classes: Collection[AssetClass]
) -> Iterator[Covered]:
    checks = tuple(_checks(content, platform, classes))
    for aspect in (a for topic in catalogue.topics.values() for a in topic.aspects.values()):
        modes = {aspect.mode_for(c) for c in classes if c in aspect.classes} - {"manual"}
        if modes:
            yield _row(platform, aspect, tuple(sorted(modes)), checks)


def _row(platform: Platform, aspect: Aspect, modes: tuple[Mode, ...], checks: tuple[Check, ...]) -> Covered:
    why = platform.uncovered.get(aspect.id)
    return Covered(
        platform=platform.name,
        aspect=aspect.id,
        modes=modes,
        decides=tuple(c.id for c in checks if aspect.id in c.decides),
        indicates=tuple(c.id for c in checks if aspect.id in c.indicates),
        reason=why.zh if why else "",
    )


def _checks(content: Content, platform: Platform, classes: Collection[AssetClass]) -> Iterator[Check]:
    """The platform's checks that concern one of the classes, and those that apply to every asset of these classes."""
    for owner in dict.fromkeys(p.name for p in (platform, *content.implied())):
        own = content.platforms[owner]
        for check in own.checks:
            if set(check.on or own.facts.platform.classes) & set(classes):
                yield check


def lint_uncovered(loaded: Loaded, catalogue: Catalogue) -> Iterator[Problem]:
    """Reasons that explain nothing: the aspect does not exist, is none of the platform's, or has a check after all."""
    rows = {(row.platform, row.aspect): row for row in coverage(loaded.content, catalogue)}
    known = [a.id for t in catalogue.topics.values() for a in t.aspects.values()]
    for platform in loaded.content.platforms.values():
        for name in platform.uncovered:
            row = rows.get((platform.name, name))
            if name not in known:
                message, hint = f"方面 {name} 不存在", suggest(name, known)
            elif row is None:
                message, hint = f"方面 {name} 在这个平台上本来就由人回答", "删掉这一行"
            elif row.serving:
                message, hint = f"方面 {name} 已有检查 {row.serving[0]}", "删掉这一行"
            else:
                continue
            yield loaded.uncovered[platform.name].problem(("uncovered", name), message, hint)
