"""The idle limit of login shells: every assignment of TMOUT in the system's profiles, and whether users may undo it."""

from collections.abc import Iterator

from checks.facts.text import Options, files, split_lines
from checks.facts.values import Entry, Parsed

FIXING = ("readonly", "declare", "typeset")


def shell_timeout(text: str, options: Options) -> Parsed:
    """Entries: seconds (one for every assignment; 0: off), readonly (yes when one of the files makes TMOUT so).

    Lines that speak of TMOUT behind `==> path <==`. Which of several assignments wins depends on the shell, so all count.
    """
    all_lines = split_lines(text)
    seconds: list[Entry] = []
    fixed: list[Entry] = []
    for _, number, line in files(all_lines):
        for words in statements(line):
            for value in _assigned(words):
                seconds.append(Entry(value, number))
            if _fixes(words):
                fixed.append(Entry("yes", number))
    entries = {"seconds": tuple(seconds), "readonly": tuple(fixed)}
    return Parsed(lines=all_lines, entries={key: values for key, values in entries.items() if values})


def statements(line: str) -> Iterator[list[str]]:
    """Simple commands of a line of shell, as words; comments left out."""
    code = f" {line}".partition(" #")[0].partition("\t#")[0]
    for part in code.replace("&&", ";").replace("||", ";").split(";"):
        words = part.split()
        if words:
            yield words


def _assigned(words: list[str]) -> Iterator[str]:
    """Values given to TMOUT; what is no plain number stays text, which makes numeric checks undecided."""
    if words[0] == "unset" and "TMOUT" in words:
        yield "0"
    for word in words:
        name, equals, value = word.partition("=")
        if name == "TMOUT" and equals:
            yield value.strip("\"'") or "0"


def _fixes(words: list[str]) -> bool:
    if words[0] not in FIXING or not any(word.partition("=")[0] == "TMOUT" for word in words):
        return False
    return words[0] == "readonly" or any(word.startswith("-") and "r" in word for word in words)
