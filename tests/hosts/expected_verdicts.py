"""The table of verdicts three known hosts must get, and what a run says differently.

One file a theme, `expected/<theme>.yaml`: check → host → `verdict, why`, or → subject → `verdict, why`. A `*` in a
subject stands for any text; the first line that fits a finding holds. A check without a line for a host must make no
finding there. What a throw-away host shares with the machine it runs on (its kernel, its clock) may be `one or another`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from checks.language.source import read_yaml
from checks.model.verdict import Verdict

FOLDER = Path(__file__).parent / "expected"


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    check: str
    host: str
    subject: str
    verdicts: tuple[str, ...]
    why: str

    def fits(self, subject: str) -> bool:
        return re.fullmatch(".*".join(map(re.escape, self.subject.split("*"))), subject) is not None


@dataclass(frozen=True)
class Judged:
    """One finding of the run."""

    check: str
    host: str
    subject: str
    verdict: str
    observed: str = ""


def table(folder: Path = FOLDER) -> list[Row]:
    """Every line of the table, in the order of the files."""
    rows: list[Row] = []
    for path in sorted(folder.glob("*.yaml")):
        for check, hosts in read_yaml(path.read_text("utf-8"), path.name).data.items():
            if any(row.check == check for row in rows):
                raise ValueError(f"{path.name}: {check} stands in two files")
            rows += [row for host, cell in hosts.items() for row in _rows(check, host, cell)]
    return rows


def _rows(check: str, host: str, cell: str | Mapping[str, str]) -> Iterator[Row]:
    for subject, text in (cell if isinstance(cell, Mapping) else {"": cell}).items():
        verdicts, _, why = text.partition(", ")
        yield Row(check, host, subject, tuple(Verdict(word).value for word in verdicts.split(" or ")), why)


def differences(rows: list[Row], judged: list[Judged]) -> list[str]:
    """What a person reads when table and run disagree, a line each; nothing when they agree."""
    found: list[str] = []
    used: set[Row] = set()
    for one in judged:
        where = f"{one.host:10} {one.check} [{one.subject}]"
        row = next((r for r in rows if (r.check, r.host) == (one.check, one.host) and r.fits(one.subject)), None)
        if row is None:
            found.append(f"{where}: judged {one.verdict}, not in the table; observed: {one.observed}")
            continue
        used.add(row)
        if one.verdict not in row.verdicts:
            expected = " or ".join(row.verdicts)
            found.append(f"{where}: expected {expected} ({row.why}), judged {one.verdict}: {one.observed}")
    missed = [row for row in rows if row not in used]
    return found + [f"{r.host:10} {r.check} [{r.subject}]: expected {r.verdicts[0]}, no such finding" for r in missed]
