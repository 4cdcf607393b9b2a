"""What a rule sees and says."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from audit.campus.known import Known
from audit.campus.model.addresses import Ip
from audit.campus.model.campus import CampusFile
from checks.language.source import Path, suggest

Mistake = tuple[Path, str, str]
"""Where it stands in the file, what is wrong, and a hint."""


@dataclass(frozen=True)
class Context:
    """The campus, the data it was read from (with entries too broken to be in the campus), and the content known."""

    campus: CampusFile
    written: Mapping[str, Any]
    known: Known

    def ids(self, section: str) -> set[str]:
        """Every id written in a section, of broken entries too: referring to one is no second mistake."""
        entries = self.written.get(section)
        return set(entries) if isinstance(entries, dict) else set()

    def asset_ids(self) -> set[str]:
        """Ids of all assets and of their children."""
        assets = self.written.get("assets")
        ids = self.ids("assets")
        for name in ids:
            entry = assets[name] if isinstance(assets, dict) else None
            children = entry.get("children") if isinstance(entry, dict) else None
            ids = ids | {f"{name}/{child}" for child in children} if isinstance(children, dict) else ids
        return ids

    def placed(self) -> Iterator[tuple[str, int, str | None, Ip]]:
        """Every address of every asset: asset id, index among its addresses, zone id, ip."""
        for name, asset in self.campus.assets.items():
            for index, (zone, ip) in enumerate(asset.places()):
                yield name, index, zone, ip


@dataclass(frozen=True)
class Rule:
    """One rule; it is left out while a section it rests on has mistakes of shape."""

    check: Callable[[Context], Iterator[Mistake]]
    rests_on: tuple[str, ...] = ()


def unknown(path: Path, kind: str, name: str, known: Collection[str]) -> Iterator[Mistake]:
    """A mistake if `name` is not among the known ones, with the nearest of them as hint."""
    if name not in known:
        yield path, f"没有{kind} {name}", suggest(name, sorted(known)) or f"先写上这个{kind}"
