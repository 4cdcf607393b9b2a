"""`run.json`: canonical, read back byte for byte, and described by its schema."""

import json

import pytest
from jsonschema import Draft202012Validator
from report_poison import poisoned
from report_samples import sample_run

from reports.json_schema import run_schema
from reports.runjson import RunFormatError, dump_run, load_run


def test_what_is_read_is_written_again_byte_for_byte() -> None:
    text = dump_run(sample_run())
    assert dump_run(load_run(text)) == text
    assert load_run(text) == sample_run()


def test_hostile_texts_survive_unchanged() -> None:
    run, _ = poisoned(sample_run())
    assert load_run(dump_run(run)) == run


def test_the_text_is_canonical() -> None:
    text = dump_run(sample_run())
    assert text.endswith("}\n")
    assert "青禾市第一实验中学" in text
    assert text == json.dumps(json.loads(text), ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def test_the_schema_accepts_a_dumped_run() -> None:
    Draft202012Validator.check_schema(run_schema())
    Draft202012Validator(run_schema()).validate(json.loads(dump_run(sample_run())))


@pytest.mark.parametrize(
    "change",
    [{"schema_version": 2}, {"surprise": 1}, {"as_of": 5}, {"findings": [{}]}, {"campus": {"id": "x"}}],
    ids=lambda change: next(iter(change)),
)
def test_the_schema_refuses_what_is_no_run(change: dict[str, object]) -> None:
    value = {**json.loads(dump_run(sample_run())), **change}
    assert not Draft202012Validator(run_schema()).is_valid(value)


def test_the_schema_names_itself() -> None:
    schema = run_schema()
    assert schema["$id"] == "https://dengbao.invalid/schema/run-1.json"
    assert schema["title"] == "dengbao run.json v1"


def changed(**fields: object) -> str:
    """The sample's text with fields replaced."""
    return json.dumps({**json.loads(dump_run(sample_run())), **fields})


@pytest.mark.parametrize("version", [2, 0, "1", True, None, 1.0])
def test_another_version_is_named_in_the_error(version: object) -> None:
    with pytest.raises(RunFormatError, match=r"格式版本是 .*只读版本 1.*升级"):
        load_run(changed(schema_version=version))


@pytest.mark.parametrize("text", ["", "{", "nonsense", '{"a": NaN}', "[" * 100_000])
def test_no_json_is_an_error_with_a_next_step(text: str) -> None:
    with pytest.raises(RunFormatError, match="不是完整的 JSON"):
        load_run(text)


@pytest.mark.parametrize("text", ["[]", "{}", "3"])
def test_other_json_is_not_taken_for_a_run(text: str) -> None:
    with pytest.raises(RunFormatError, match="没有 schema_version"):
        load_run(text)


def test_a_field_of_another_time_is_named_not_dropped() -> None:
    with pytest.raises(RunFormatError, match="extra_thing"):
        load_run(changed(extra_thing=1))


def test_the_error_shows_no_control_characters() -> None:
    with pytest.raises(RunFormatError) as caught:
        load_run(changed(**{"\x1b[31mred\u202e": 1}))
    assert "\x1b" not in str(caught.value)
    assert "\u202e" not in str(caught.value)
