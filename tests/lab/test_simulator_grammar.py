"""Abbreviations: a word may be shortened while only one command fits, as on every device."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.simulator.grammar import Grammar

COMMANDS = ("display version", "display vlan", "display vlan all", "display current-configuration", "quit")
GRAMMAR = Grammar(COMMANDS, ("include", "exclude", "begin"))


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("display version", "display version"),
        ("disp ver", "display version"),
        ("DIS CUR", "display current-configuration"),
        ("display  vlan", "display vlan"),
        ("dis vl a", "display vlan all"),
        ("q", "quit"),
    ],
)
def test_shortened_words_mean_the_command(typed: str, command: str) -> None:
    assert GRAMMAR.meaning(typed).command == command


@pytest.mark.parametrize(
    ("typed", "fault", "column"),
    [
        ("dispaly version", "unknown", 0),
        ("display nothing", "unknown", 8),
        ("display v", "ambiguous", 8),
        ("display", "incomplete", 8),
        ("display version extra", "unknown", 16),
        ("display version | count x", "unknown", 17),
        ("display version | include", "incomplete", 25),
    ],
)
def test_what_fits_no_command_or_several_is_refused_at_its_place(typed: str, fault: str, column: int) -> None:
    meant = GRAMMAR.meaning(typed)
    assert (meant.fault, meant.column, meant.command) == (fault, column, "")


def test_a_filter_is_read_behind_the_bar() -> None:
    assert GRAMMAR.meaning("dis cur | inc telnet server").filter == ("include", "telnet server")


@given(st.sampled_from(COMMANDS), st.data())
def test_every_unambiguous_shortening_means_the_command_it_was_made_of(command: str, data: st.DataObject) -> None:
    words = [word[: data.draw(st.integers(1, len(word)))] for word in command.split()]
    meant = GRAMMAR.meaning(" ".join(words))
    assert meant.command == command or meant.fault == "ambiguous"


@given(st.text(max_size=200))
def test_no_line_breaks_the_grammar(line: str) -> None:
    meant = GRAMMAR.meaning(line)
    assert meant.command in COMMANDS or meant.fault
