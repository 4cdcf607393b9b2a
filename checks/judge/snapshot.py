"""What is known of an asset: its facts, parsed when first asked for, each with the reason when it is no evidence."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, time

from checks.facts.registry import DERIVATIONS, parse_fact
from checks.facts.values import Parsed, ParseError
from checks.language.load import Content
from checks.language.platform import FactSpec
from checks.model.asset import Asset
from checks.model.fact import Fact, FactStatus

NO_TEXT = Parsed()


@dataclass(frozen=True)
class Known:
    """A fact as the judge sees it: parsed, or the cause why it is no evidence."""

    name: str
    instance: str
    status: FactStatus
    parsed: Parsed | None
    cause: str = ""
    evidence_at: datetime | None = None

    @property
    def usable(self) -> bool:
        return self.parsed is not None


@dataclass
class FactBase:
    """All facts of a run, found by asset, name and instance. `causes` says why an asset's session brought nothing."""

    facts: Mapping[tuple[str, str, str], Fact]
    causes: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, facts: Iterable[Fact], causes: Mapping[str, str] | None = None) -> "FactBase":
        """Index facts; of two with the same key the later one counts (a fresh import over an old session)."""
        ordered = sorted(facts, key=lambda f: (f.key, f.at, f.text))
        return cls({f.key: f for f in ordered}, causes or {})


class Snapshot:
    """The facts of one asset. A child asset (`host/redis:6380`) reads its host's facts for its own instance."""

    def __init__(self, asset: Asset, content: Content, base: FactBase) -> None:
        self.asset = asset
        self.content = content
        self.base = base
        host, _, key = asset.id.partition("/")
        self.host = asset.parent or host
        self.instance = key if asset.parent else ""
        self._known: dict[tuple[str, str], Known] = {}

    def spec(self, name: str) -> FactSpec | None:
        """How the fact is obtained on this asset's platform."""
        return self.content.fact_spec(self.asset.platform, name)

    def get(self, name: str, instance: str = "") -> Known:
        """The fact, for one instance where it is gathered per instance."""
        if (name, instance) not in self._known:
            self._known[(name, instance)] = self._look_up(name, instance)
        return self._known[(name, instance)]

    def instances(self, source_name: str) -> tuple[Known, tuple[str, ...]]:
        """The source's own fact and the keys it lists (first TAB column), in the target's order, each once."""
        known = self._source_fact(source_name)
        lines = known.parsed.lines if known.parsed else ()
        return known, tuple(dict.fromkeys(line.split("\t")[0] for line in lines if line.strip()))

    def has(self, name: str) -> bool:
        """Whether anything at all was recorded under this name for this asset."""
        return (self.asset.id, name, "") in self.base.facts or (self.host, name, self.instance) in self.base.facts

    def _source_fact(self, name: str) -> Known:
        fact = self.base.facts.get((self.host, name, ""))
        if fact is None:
            return self._missing(name, "")
        if fact.status in (FactStatus.OK, FactStatus.TRUNCATED):
            lines = tuple(fact.text.splitlines())
            return Known(name, "", fact.status, Parsed(lines=lines), _cause(fact))
        return Known(name, "", fact.status, None, _cause(fact))

    def _look_up(self, name: str, instance: str) -> Known:
        spec = self.spec(name)
        if spec is None:
            return Known(name, instance, FactStatus.FAILED, None, f"平台 {self.asset.platform} 没有事实 {name}")
        if spec.derive:
            return self._derived(name, instance, spec)
        if spec.reference is not None:
            return _reference(name, instance, spec)
        fact = self._find(name, instance, spec)
        return self._missing(name, instance) if fact is None else _read(fact, spec)

    def _find(self, name: str, instance: str, spec: FactSpec) -> Fact | None:
        source = self.content.source(self.asset.platform, spec.for_each) if spec.for_each else None
        if source and source.asset_class:
            return self.base.facts.get((self.host, name, self.instance))
        for owner in dict.fromkeys((self.asset.id, self.host)):
            fact = self.base.facts.get((owner, name, instance if spec.for_each else ""))
            if fact is not None:
                return fact
        return None

    def _derived(self, name: str, instance: str, spec: FactSpec) -> Known:
        parts = [self.get(source, instance) for source in spec.sources]
        bad = next((part for part in parts if not part.usable), None)
        if bad is not None:
            return Known(name, instance, bad.status, None, bad.cause)
        function = DERIVATIONS[spec.derive or ""]
        try:
            parsed = function(tuple((part.name, part.parsed or NO_TEXT) for part in parts))
        except ParseError as error:
            return Known(name, instance, FactStatus.FAILED, None, f"{name}：{error}")
        dates = [part.evidence_at for part in parts if part.evidence_at]
        return Known(name, instance, FactStatus.OK, parsed, "", min(dates) if dates else None)

    def _missing(self, name: str, instance: str) -> Known:
        cause = self.base.causes.get(self.host) or self.base.causes.get(self.asset.id) or "没有收集到"
        return Known(name, instance, FactStatus.UNREACHABLE, None, f"{name}：{cause}")


def _reference(name: str, instance: str, spec: FactSpec) -> Known:
    parsed = parse_fact(spec.parse.parser, spec.reference or "", spec.parse.options)
    on = datetime.combine(spec.reference_of, time(), UTC) if spec.reference_of else None
    return Known(name, instance, FactStatus.OK, parsed, "", on)


def _read(fact: Fact, spec: FactSpec) -> Known:
    empty = fact.status is FactStatus.ABSENT and spec.absent_means == "empty"
    if fact.status is not FactStatus.OK and not empty:
        return Known(fact.name, fact.instance, fact.status, None, _cause(fact), fact.evidence_at)
    try:
        parsed = parse_fact(spec.parse.parser, "" if empty else fact.text, spec.parse.options)
    except ParseError as error:
        return Known(fact.name, fact.instance, FactStatus.FAILED, None, f"{fact.name}：看不懂取到的内容（{error}）")
    return Known(fact.name, fact.instance, fact.status, parsed, "", fact.evidence_at)


def _cause(fact: Fact) -> str:
    if fact.status is FactStatus.OK:
        return ""
    if fact.origin == "declared":
        return fact.detail or fact.status.zh
    detail = f"（{fact.detail}）" if fact.detail else ""
    return f"{fact.name}：{fact.status.zh}{detail}"
