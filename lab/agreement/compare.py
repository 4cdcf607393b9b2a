"""What was recorded, compared: verdict against verdict, and every difference with its reason."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from checks.model.verdict import Verdict
from lab.agreement.mapping import Pair, Theirs, Tool

TOOLS: tuple[Tool, ...] = ("openscap", "lynis")
AGREE: dict[str, tuple[str, ...]] = {
    "pass": ("pass",),
    "fail": ("fail", "partial"),
    "notapplicable": ("not-applicable",),
}
"""Their word → ours that say the same. Neither tool knows "partial"."""
_THEIR_WORST: tuple[Theirs, ...] = ("fail", "error", "unknown", "notchecked", "pass", "notapplicable")
_OUR_WORST = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.PARTIAL, Verdict.PASS, Verdict.NOT_APPLICABLE)


class Said(BaseModel):
    """What the three said of one host, as far as it is compared. `dengbao`: pair → the worst of our findings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    openscap: dict[str, Theirs]
    lynis: dict[str, list[str]]
    dengbao: dict[str, Verdict]


class Recorded(BaseModel):
    """One run on the three hosts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    date: str
    versions: dict[str, str]
    hosts: dict[str, Said]


@dataclass(frozen=True)
class Comparison:
    """One check of ours against the tests of one tool, on one host."""

    pair: Pair
    tool: Tool
    host: str
    theirs: Theirs
    ours: Verdict
    why: str = ""

    @property
    def agrees(self) -> bool:
        return self.ours.value in AGREE.get(self.theirs, ())

    def __str__(self) -> str:
        tests = ", ".join(self.pair.tests(self.tool))
        return f"{self.pair.name} on {self.host}: {self.tool} ({tests}) says {self.theirs}, we say {self.ours.value}"


def compared(pairs: list[Pair], recorded: Recorded) -> list[Comparison]:
    """Every comparison, differences with their reasons. Raises ValueError naming each unexplained or idle one."""
    found = [
        _one(pair, tool, host, said)
        for pair in pairs
        for tool in TOOLS
        if pair.tests(tool)
        for host, said in recorded.hosts.items()
    ]
    wrong = [f"unexplained: {c}" for c in found if not c.agrees and not c.why]
    wrong += [f"explained but no difference: {c}" for c in found if c.agrees and c.why]
    wrong += _idle(pairs, found)
    if wrong:
        raise ValueError("mend lab/agreement/mapping.yaml\n" + "\n".join(wrong))
    return found


def _one(pair: Pair, tool: Tool, host: str, said: Said) -> Comparison:
    theirs, ours = _theirs(pair.tests(tool), tool, said), said.dengbao[pair.name]
    reason = (d.why for d in pair.differs if d.tool == tool and d.hosts.get(host) == (theirs, ours))
    return Comparison(pair, tool, host, theirs, ours, next(reason, ""))


def _idle(pairs: list[Pair], found: list[Comparison]) -> list[str]:
    """Reasons given for what is not so (any more)."""
    so = {(c.pair.name, c.tool, c.host, c.theirs, c.ours) for c in found}
    return [
        f"a reason for what is not so: {pair.name} on {host}: {d.tool} {theirs}, ours {ours.value}"
        for pair in pairs
        for d in pair.differs
        for host, (theirs, ours) in d.hosts.items()
        if (pair.name, d.tool, host, theirs, ours) not in so
    ]


def _theirs(tests: tuple[str, ...], tool: Tool, said: Said) -> Theirs:
    words = [said.openscap[test] for test in tests] if tool == "openscap" else [_lynis(t, said.lynis) for t in tests]
    return next(word for word in _THEIR_WORST if word in words)


def _lynis(test: str, results: dict[str, list[str]]) -> Theirs:
    """A test that did not run says nothing; one that ran and does not complain is content."""
    name, _, words = test.partition(" ")
    if name not in results:
        return "notapplicable"
    return "fail" if any(words in complaint for complaint in results[name]) else "pass"


def worst(pair: Pair, findings: Iterable[tuple[str, str, str]]) -> Verdict:
    """Our verdict on a pair, from (check, subject, verdict) of one host. Raises ValueError when there is none."""
    verdicts = [v for check, subject, v in findings if check == pair.check and pair.subject in ("*", subject)]
    if not verdicts:
        raise ValueError(f"we say nothing about {pair.name}: mend lab/agreement/mapping.yaml")
    return next(verdict for verdict in _OUR_WORST if verdict.value in verdicts)
