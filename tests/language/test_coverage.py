"""Coverage tells what is judged, what is not and why; a reason that explains nothing is a mistake in the content."""

import pytest
from click.testing import CliRunner

from audit.cli import main
from audit.content import Baselines, read_baselines
from checks.facts.registry import DERIVATIONS, PARSERS
from checks.language.coverage import coverage
from checks.language.lint import lint
from checks.language.source import SourceError
from checks.model.asset import AssetClass

SHIPPED = read_baselines()
UNSERVED = "ces.residual.authentication-data/cleared"
FILE = "redis/uncovered.yaml"


def with_reasons(text: str) -> Baselines:
    """The shipped content with this file of reasons for Redis."""
    return Baselines(SHIPPED.root, {**SHIPPED.files, FILE: text.encode()})


def mistakes(text: str) -> list[str]:
    baselines = with_reasons(text)
    found = lint(baselines.loaded, baselines.catalogue, frozenset(PARSERS), frozenset(DERIVATIONS))
    return [str(problem) for problem in found]


def test_a_reason_turns_a_gap_into_something_known():
    baselines = with_reasons(f"uncovered:\n  {UNSERVED}: {{zh: 看不到内存里的内容}}\n")
    row = next(
        r for r in coverage(baselines.content, baselines.catalogue) if (r.platform, r.aspect) == ("redis", UNSERVED)
    )
    assert (row.is_gap, row.word, row.reason) == (False, "未覆盖", "看不到内存里的内容")
    assert mistakes(f"uncovered:\n  {UNSERVED}: {{zh: 看不到内存里的内容}}\n") == []


@pytest.mark.parametrize(
    ("aspect", "said"),
    [
        ("ces.residual.authentication-data/cleard", "不存在"),
        ("ces.identity.unique-and-complex/identified", "已有检查"),
        ("pes.location.building/answer", "由人回答"),
    ],
    ids=["unknown", "covered", "not-of-the-machine"],
)  # fmt: skip
def test_a_reason_that_explains_nothing_is_reported_with_its_line(aspect, said):
    found = mistakes(f"uncovered:\n  {aspect}: {{zh: 原因}}\n")
    assert len(found) == 1
    assert f"{FILE}:2" in found[0]
    assert said in found[0]


@pytest.mark.parametrize(
    "text", ["uncovered:\n  a/b: {zh: ''}\n", "uncovered:\n  a/b: {}\n", "uncovered: {}\n", "other: {}\n"]
)
def test_a_missing_reason_does_not_load(text):
    with pytest.raises(SourceError):
        _ = with_reasons(text).loaded


def test_a_class_narrows_the_table_to_what_concerns_it():
    both = {r.aspect for r in coverage(SHIPPED.content, SHIPPED.catalogue) if r.platform == "linux"}
    server = {
        r.aspect for r in coverage(SHIPPED.content, SHIPPED.catalogue, [AssetClass.SERVER]) if r.platform == "linux"
    }
    assert server < both


def test_the_command_lists_reasons_and_leaves_them_out_of_the_gaps():
    whole = CliRunner().invoke(main, ["baseline", "coverage", "--platform", "linux", "--class", "server"]).output
    gaps = (
        CliRunner().invoke(main, ["baseline", "coverage", "--platform", "linux", "--class", "server", "--gaps"]).output
    )
    assert "判定  linux-ssh-idle-timeout" in whole
    assert "linux-ssh-idle-timeout" not in gaps
    assert "未覆盖" in whole
    assert "未覆盖" not in gaps.rpartition("方面：")[0]
