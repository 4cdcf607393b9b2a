"""No text and no bytes make reading a campus.yaml end in anything but a campus or a SourceError."""

import tempfile
from pathlib import Path
from typing import Any

import yaml
from campus_examples import EXAMPLE, NOON
from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.campus.declared import declared_facts
from audit.campus.load import load_campus, parse_campus
from audit.campus.view import assets, level_finder, login_addresses, systems
from checks.language.source import SourceError

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=12)
    | st.sampled_from(["10.0.0.0/24", "10.0.0.5", "prompt"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def check(text: str) -> None:
    """Either told as a SourceError whose lines lie in the file, or a campus every view can be taken of."""
    try:
        campus = parse_campus(text, "campus.yaml")
    except SourceError as error:
        assert error.problems
        assert all(1 <= problem.line <= text.count("\n") + text.count("\r") + 2 for problem in error.problems)
        return
    for asset in assets(campus):
        assert level_finder(campus)(asset.id)
    assert systems(campus) is not None
    assert login_addresses(campus)
    assert declared_facts(campus, NOON)


@given(st.text(max_size=200))
@example("\x00")
@example("? [a]\n: b")
@example("<<: {a: b}")
@example("a: !!python/object/apply:os.system [ls]")
@example("\ufeff")
def test_any_text(text: str) -> None:
    check(text)


@given(st.binary(max_size=200))
@settings(max_examples=50)
def test_any_bytes(raw: bytes) -> None:
    with tempfile.NamedTemporaryFile() as file:
        file.write(raw)
        file.flush()
        try:
            load_campus(Path(file.name))
        except SourceError as error:
            assert error.problems


def paths(data: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in nested data."""
    inside = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [here, *(path for key, value in inside for path in paths(value, (*here, key)))]


TREE = yaml.load(EXAMPLE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506 - builds strings only
PLACES = paths(TREE)


@given(st.lists(st.tuples(st.sampled_from(PLACES), ANYTHING), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_the_example_with_anything_put_anywhere(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    tree: Any = yaml.load(EXAMPLE.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506
    for path, value in changes:
        at = tree
        for step in path[:-1]:
            try:
                at = at[step]
            except (KeyError, IndexError, TypeError):
                break
        if path and isinstance(at, dict | list) and path[-1] in (at if isinstance(at, dict) else range(len(at))):
            at[path[-1]] = value
    check(yaml.safe_dump(tree, allow_unicode=True))


@given(st.integers(0, 6000), st.text(max_size=3))
@settings(max_examples=100, deadline=None)
def test_the_example_with_a_slip_of_the_keyboard(position: int, slip: str) -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    check(text[:position] + slip + text[position + len(slip) :])
