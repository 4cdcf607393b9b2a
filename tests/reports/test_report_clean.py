"""Hostile text becomes inert and stays readable."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.text import Text

from reports.clean import BLOCK_LIMIT, LINE_LIMIT, MARK, clean_block, clean_line

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)
NASTY = st.lists(
    st.sampled_from(
        ["\x1b", "[", "31m", "]0;", "\x07", "\x9b", "2J", "\\", "\r", "\n", "\t", "\u202e", "a", "中", "\ud800"]
    ),
    max_size=30,
).map("".join)


def is_inert(char: str) -> bool:
    """No control, format, surrogate or separator character."""
    return unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") and char not in "\u200b\u200e\u200f\u061c\ufeff"


@given(ANY_TEXT | NASTY)
def test_no_live_character_survives_on_a_line(text: str) -> None:
    assert all(map(is_inert, clean_line(text)))
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", clean_line(text))


@given(ANY_TEXT | NASTY)
def test_a_block_keeps_nothing_live_but_lines_and_tabs(text: str) -> None:
    assert all(is_inert(char) or char in "\n\t" for char in clean_block(text))


@given(ANY_TEXT | NASTY)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean_line(clean_line(text)) == clean_line(text)
    assert clean_block(clean_block(text)) == clean_block(text)


@given(ANY_TEXT | NASTY)
def test_what_is_cleaned_can_be_written_as_utf8(text: str) -> None:
    clean_block(text).encode("utf-8")


@given(st.text(st.characters(categories=["L", "N", "P"], max_codepoint=0x2FF), max_size=LINE_LIMIT))
def test_ordinary_text_is_left_alone(text: str) -> None:
    assert clean_line(text) == text


@pytest.mark.parametrize("text", ["口令长度不足 8 位", "ClientAliveInterval 300", "naïve café", "〔2025〕1846号"])
def test_the_words_of_a_report_are_left_alone(text: str) -> None:
    assert clean_line(text) == clean_block(text) == text


def test_colours_vanish_and_the_words_stay() -> None:
    assert clean_line("\x1b[1;31mroot\x1b[0m") == "root"


def test_a_window_title_sequence_hides_nothing_behind_it() -> None:
    assert clean_line("\x1b]0;PermitRootLogin yes") == f"{MARK}]0;PermitRootLogin yes"


def test_a_right_to_left_override_is_seen_instead_of_obeyed() -> None:
    assert clean_line("user\u202egnp.exe") == f"user{MARK}gnp.exe"


def test_lines_become_one_line() -> None:
    assert clean_line("a\r\n  b\tc") == "a b c"


def test_a_megabyte_is_cut() -> None:
    assert clean_line("x" * 1_000_000) == "x" * LINE_LIMIT + "…"
    assert len(clean_block("行\n" * 1_000_000)) == BLOCK_LIMIT + 1


def test_accents_do_not_pile_up() -> None:
    assert clean_line("e" + "\u0301" * 50) == "e" + "\u0301" * 3


def test_terminal_markup_stays_text() -> None:
    assert Text(clean_line("[red]x[/red]")).plain == "[red]x[/red]"


INVISIBLE = (0x34F, 0x115F, 0x1160, 0x3164, 0xFFA0, 0xFFFC, *range(0xE0100, 0xE01F0))
"""Characters that nobody sees although Python calls them printable."""


def test_what_is_called_printable_but_cannot_be_seen_is_marked_all_the_same() -> None:
    survived = [hex(code) for code in INVISIBLE if clean_line(f"a{chr(code)}b") != f"a{MARK}b"]
    assert survived == []
