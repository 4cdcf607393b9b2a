"""Facts as text → what a derivation makes of them: what tests of derivations share."""

from collections.abc import Mapping

from audit.content import read_baselines
from checks.facts.registry import DERIVATIONS, parse_fact
from checks.facts.values import Parsed

SPECS = read_baselines().content.platforms["linux"].facts.facts


def parsed(name: str, text: str) -> Parsed:
    """A fact of the Linux platform, read as the judge reads it."""
    spec = SPECS.get(name)
    parse = spec.parse if spec else None
    return parse_fact(parse.parser if parse else "lines", text, parse.options if parse else {})


def derived(name: str, given: Mapping[str, str]) -> Parsed:
    """A derived fact of the Linux platform; facts that are not given are empty texts."""
    spec = SPECS[name]
    sources = [
        (
            source,
            derived(source, given)
            if SPECS.get(source) and SPECS[source].derive
            else parsed(source, given.get(source, "")),
        )
        for source in spec.sources
    ]
    return DERIVATIONS[spec.derive or ""](tuple(sources))


def rows(found: Parsed) -> list[dict[str, object]]:
    """The records' fields."""
    return [dict(record.fields) for record in found.records or ()]
