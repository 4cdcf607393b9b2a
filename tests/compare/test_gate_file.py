"""thresholds.yaml: every way it can be broken, the example, the schema, the baseline it names."""

import re
from pathlib import Path

import jsonschema
import pytest
from comparing import run

from audit.gate.load import load_gate, parse_thresholds
from audit.gate.schema import thresholds_example, thresholds_schema
from checks.language.source import SourceError, read_yaml
from checks.model.run import Campus
from reports.runjson import dump_run

# name: text, line, part of the message, part of the hint
BROKEN = {
    "empty": ("# 还没写\n", 1, "一条规则也没有写", "--example"),
    "nothing asked": ("failures: {}\ncoverage: {}\n", 1, "一条规则也没有写", ""),
    "unknown rule": ("failure: {high: 0}\n", 1, "不认识的键 failure", "是不是 failures？"),
    "unknown severity": ("failures:\n  hihg: 0\n", 2, "不认识的键 failures.hihg", "是不是 high？"),
    "negative": ("failures: {high: -1}\n", 1, "不能小于 0", ""),
    "not a number": ("failures: {high: none}\n", 1, "要写整数", ""),
    "true for a number": ("failures: {high: true}\n", 1, "要写整数", ""),
    "quoted number": ("not_measured: '3'\n", 1, "要写整数", ""),
    "percent over 100": ("coverage: {percent: 101}\n", 1, "不能大于 100", ""),
    "percent of nothing": ("coverage: {percent: 0}\n", 1, "不能小于 1", ""),
    "no baseline": ("new_failures: {most: 1}\n", 1, "缺少必填的键 baseline", ""),
    "wrong severity": ("new_failures: {baseline: b, severity: hgh}\n", 1, "没有这个值", "是不是 high？"),
    "rule twice": ("not_measured: 1\nnot_measured: 2\n", 2, "写了两次", ""),
    "one word for a list": ("coverage: {assets: web-01}\n", 1, "要写成列表", ""),
}


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_a_mistake_is_told_with_line_and_hint(case) -> None:
    text, line, message, hint = case
    with pytest.raises(SourceError) as caught:
        parse_thresholds(text, "thresholds.yaml")
    assert any(p.line == line and message in p.message and hint in p.hint for p in caught.value.problems), str(
        caught.value
    )


def switched_on() -> str:
    """The example with its commented rules as well."""
    head, body = thresholds_example().split("\n\n", 1)
    return (
        head
        + "\n\n"
        + re.sub(r"(?m)^# ", "", body)
        .replace("\nlow:", "\n  low:")
        .replace("\ntotal:", "\n  total:")
        .replace("\nassets:", "\n  assets:")
    )


def test_the_example_works_as_it_is_and_with_everything_switched_on() -> None:
    plain = parse_thresholds(thresholds_example(), "thresholds.yaml")
    assert (plain.failures.high, plain.not_measured, plain.coverage.percent, plain.new_failures) == (0, 20, 90, None)
    full = parse_thresholds(switched_on(), "thresholds.yaml")
    assert full.model_fields_set == set(type(full).model_fields)
    assert full.failures.model_fields_set == set(type(full.failures).model_fields)
    assert full.new_failures is not None
    assert full.new_failures.model_fields_set == set(type(full.new_failures).model_fields)


def test_the_example_of_the_page_loads_and_uses_every_rule() -> None:
    page = (Path(__file__).parents[2] / "docs" / "ci.md").read_text(encoding="utf-8")
    example = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)[0]
    gate = parse_thresholds(example, "docs/ci.md")
    assert gate.model_fields_set == set(type(gate).model_fields)


def test_the_schema_accepts_the_example_and_underlines_mistakes() -> None:
    schema = jsonschema.Draft202012Validator(thresholds_schema())
    for text in (thresholds_example(), switched_on()):
        assert [error.message for error in schema.iter_errors(read_yaml(text, "t").data)] == []
    for name in ("unknown rule", "unknown severity", "negative", "percent over 100", "no baseline", "wrong severity"):
        assert not schema.is_valid(read_yaml(BROKEN[name][0], "t").data), name


def test_every_key_is_described_in_chinese() -> None:
    for model in [thresholds_schema(), *thresholds_schema()["$defs"].values()]:
        for key, field in model.get("properties", {}).items():
            assert re.search(r"[\u4e00-\u9fff]", field.get("description", "")), key


def gate_file(folder, baseline: str):
    (folder / "thresholds.yaml").write_text(f"not_measured: 3\nnew_failures:\n  baseline: {baseline}\n")
    return folder / "thresholds.yaml"


def test_the_baseline_is_looked_for_beside_the_file(tmp_path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "run.json").write_text(dump_run(run()))
    for name in ("kept", "kept/run.json", str(tmp_path / "kept" / "run.json")):
        assert load_gate(gate_file(tmp_path, name), "qinghe").baseline == run()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "不存在"),
        ("{", "不是完整的 JSON"),
        ("{}", "没有 schema_version"),
        ('{"schema_version": 9}', "格式版本是 9"),
    ],
)
def test_a_baseline_that_cannot_be_read_is_told_at_its_line(tmp_path, content, message) -> None:
    if content is not None:
        (tmp_path / "b.json").write_text(content)
    with pytest.raises(SourceError, match=r"thresholds.yaml:3: 留底的审计读不出来") as caught:
        load_gate(gate_file(tmp_path, "b.json"), "qinghe")
    assert message in str(caught.value)


def test_a_baseline_of_another_school_is_told_at_its_line(tmp_path) -> None:
    other = run().model_copy(update={"campus": Campus(id="other", name="别的学校")})
    (tmp_path / "b.json").write_text(dump_run(other))
    with pytest.raises(SourceError, match=r"thresholds.yaml:3: 留底的审计是另一所学校的：别的学校（other）"):
        load_gate(gate_file(tmp_path, "b.json"), "qinghe")


def test_a_missing_file_says_how_to_make_one(tmp_path) -> None:
    with pytest.raises(SourceError, match="--example"):
        load_gate(tmp_path / "thresholds.yaml", "qinghe")
