"""Arguments the kernel was started with (/proc/cmdline)."""

from checks.facts.text import Options, split_lines
from checks.facts.values import Entry, Parsed


def boot_arguments(text: str, options: Options) -> Parsed:
    """Entries: value by name; a bare word has the value `yes`; the last of a name counts."""
    all_lines = split_lines(text)
    found: dict[str, tuple[Entry, ...]] = {}
    for word in all_lines[0].split() if all_lines else ():
        name, equals, value = word.partition("=")
        found[name] = (Entry(value if equals else "yes", 1),)
    return Parsed(lines=all_lines, entries=found)
