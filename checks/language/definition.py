"""What a check's verdict rests on, as one digest: two runs with the same digest asked the same question."""

import hashlib
from collections.abc import Iterator

from checks.language.check import Check
from checks.language.load import Content

WORDING = {"title", "why", "fix", "tests", "decides", "indicates", "high_risk", "severity"}
"""Parts of a check that turn no verdict."""


def definition_digest(content: Content, platform: str, check: Check) -> str:
    """SHA-256 over the check's expectation and over how each fact it needs is obtained and read."""
    whole = hashlib.sha256(check.model_dump_json(exclude=WORDING, exclude_defaults=True).encode())
    for text in _facts(content, platform, list(check.needs), set()):
        whole.update(b"\n" + text.encode())
    return whole.hexdigest()


def _facts(content: Content, platform: str, names: list[str], seen: set[str]) -> Iterator[str]:
    for name in sorted(set(names) - seen):
        seen.add(name)
        spec = content.fact_spec(platform, name)
        if spec is None:
            continue
        yield name + spec.model_dump_json(exclude={"impact"}, exclude_defaults=True)
        source = content.source(platform, spec.for_each) if spec.for_each else None
        if source is not None:
            yield f"{spec.for_each}{source.model_dump_json(exclude_defaults=True)}"
        if "db_" in (spec.run or "") or (source and "db_" in source.run):
            yield from (reached.facts.functions for reached in content.reach(platform))
        yield from _facts(content, platform, list(spec.sources), seen)
