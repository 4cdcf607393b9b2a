"""`docs/agreement.md`: the comparison as people read it."""

from collections.abc import Iterator
from itertools import groupby

from lab.agreement.compare import Comparison, Recorded

HEAD = """\
# Agreement with OpenSCAP and Lynis

Two other auditors and `dengbao` look at the same three Debian 12 hosts of the lab: `stock` as the installer leaves it,
`hardened`, and `disguised`, which only looks hardened (`lab/roles/`). Compared is what both judge: a check of ours and the tests
of theirs that ask the same (`lab/agreement/mapping.yaml`). Where several of their tests or several of our findings meet, the worst
counts; our `partial` counts as their `fail`. Every difference has its reason; this page is not written while one has none.

`make agreement` runs all three auditors and writes this page. OpenSCAP uses Debian's SCAP Security Guide, which Debian 12 ships for
Debian 11: the one line that asks for release 11 is taken out of a copy, and the compared rules are selected with their default values.
"""
WORDS = {"notapplicable": "n/a", "not-applicable": "n/a"}


def page(recorded: Recorded, comparisons: list[Comparison]) -> str:
    """The whole page, in Markdown."""
    versions = ", ".join(f"{name} {version}" for name, version in recorded.versions.items())
    agreeing = sum(c.agrees for c in comparisons)
    lines = [HEAD, f"Run of {recorded.date}: {versions}.", ""]
    lines += [
        f"{len(comparisons)} comparisons: {agreeing} agree, {len(comparisons) - agreeing} differ.",
        *_kinds(comparisons),
        "",
    ]
    for tool, title in (("openscap", "OpenSCAP"), ("lynis", "Lynis")):
        mine = [c for c in comparisons if c.tool == tool]
        lines += [f"## {title}: {_tally(mine)}", "", *_table(mine, list(recorded.hosts)), "", *_reasons(mine), ""]
    return "\n".join(lines).rstrip() + "\n"


def _kinds(comparisons: list[Comparison]) -> Iterator[str]:
    """How the differing ones differ: a line a kind."""
    differing = [c for c in comparisons if not c.agrees]
    missed = [c for c in differing if c.theirs == "pass" and c.ours.value in ("fail", "partial")]
    refused = [c for c in differing if c.theirs == "fail" and c.ours.value == "pass"]
    unseen = [c for c in differing if c.ours.value == "unknown"]
    rest = len(differing) - len(missed) - len(refused) - len(unseen)
    on_disguised = sum(c.host == "disguised" for c in missed)
    yield ""
    yield f"- {len(missed)} times they pass what we fail, {on_disguised} of them on `disguised`"
    yield f"- {len(refused)} times they fail what we pass"
    yield f"- {len(unseen)} times we say that it cannot be known, most of them because the hosts are containers"
    yield f"- {rest} times the question does not arise for one of the two"


def _tally(comparisons: list[Comparison]) -> str:
    agreeing = sum(c.agrees for c in comparisons)
    tests = {test for c in comparisons for test in c.pair.tests(c.tool)}
    return f"{len(tests)} tests, {agreeing} of {len(comparisons)} comparisons agree"


def _table(comparisons: list[Comparison], hosts: list[str]) -> Iterator[str]:
    yield f"| check | their tests | {' | '.join(hosts)} |"
    yield "|---" * (len(hosts) + 2) + "|"
    for _, row in groupby(comparisons, key=lambda c: c.pair.name):
        cells = list(row)
        tests = "<br>".join(f"`{test}`" for test in cells[0].pair.tests(cells[0].tool))
        yield f"| `{cells[0].pair.name}` | {tests} | {' | '.join(map(_cell, cells))} |"


def _cell(one: Comparison) -> str:
    theirs, ours = (WORDS.get(word, word) for word in (one.theirs, one.ours.value))
    if one.agrees:
        return theirs if ours != "partial" else f"{theirs} = {ours}"
    return f"**{theirs} ≠ {ours}**"


def _reasons(comparisons: list[Comparison]) -> Iterator[str]:
    """Why they differ: theirs ≠ ours."""
    yield "Why they differ (theirs ≠ ours):"
    yield ""
    differing = [c for c in comparisons if not c.agrees]
    for (name, why), group in groupby(differing, key=lambda c: (c.pair.name, c.why)):
        hosts = "; ".join(f"{c.host} {_cell(c).strip('*')}" for c in group)
        yield f"- `{name}` ({hosts}): {why}"
