"""The starter loads as it is, audits only this machine, and its commented examples work when switched on."""

import re

import jsonschema
import pytest
from campus_examples import EXAMPLE, NOON
from hypothesis import given
from hypothesis import strategies as st

from audit.campus.authorise import authorised
from audit.campus.load import load_campus, parse_campus
from audit.campus.model.campus import CampusFile
from audit.campus.schema import campus_schema
from audit.campus.starter import starter
from checks.language.source import read_yaml

SCHEMA = jsonschema.Draft202012Validator(campus_schema())


def test_the_starter_audits_only_this_machine() -> None:
    campus = parse_campus(starter("青禾实验学校"), "campus.yaml")
    assert campus.campus.name == "青禾实验学校"
    assert [asset.access.method for asset in campus.assets.values() if asset.access] == ["local"]
    assert campus.authorisation is None
    assert authorised(campus, "10.20.10.11", NOON)


@given(st.text(min_size=1, max_size=30))
def test_any_printable_name_survives(name: str) -> None:
    try:
        text = starter(name)
    except ValueError:
        assert not " ".join(name.split()).isprintable() or not name.split()
        return
    assert parse_campus(text, "campus.yaml").campus.name == " ".join(name.split())


@pytest.mark.parametrize("name", ["", "  ", "a\x1bb", "x" * 201])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="学校名称"):
        starter(name)


def test_the_commented_examples_work_when_switched_on() -> None:
    head, body = starter("示例学校").split("\n\n", 1)
    assert head.startswith("#")
    switched_on = re.sub(r"(?m)^# (?=[ a-z])", "", body)
    campus = parse_campus(switched_on, "campus.yaml")
    assert {"web-01", "this-server"} == set(campus.assets)
    assert campus.systems
    assert campus.zones
    assert campus.logins
    assert campus.declarations.accounts
    assert authorised(campus, "10.20.10.11", NOON) is None


def test_the_example_uses_every_key() -> None:
    written = EXAMPLE.read_text(encoding="utf-8")
    keys = {
        key for model in [campus_schema(), *campus_schema()["$defs"].values()] for key in model.get("properties", {})
    }
    # `zone`, `name` ... may stand in several models; `everything` is what `scope: all` becomes.
    missing = {key for key in keys if not re.search(rf"(^|[\s{{]){re.escape(key)}:", written)}
    assert missing == {"everything", "asset"}
    assert load_campus(EXAMPLE).campus.id == "qinghe-school"


def test_the_schema_accepts_the_example_and_the_starter() -> None:
    jsonschema.Draft202012Validator.check_schema(campus_schema())
    for text in (EXAMPLE.read_text(encoding="utf-8"), starter("示例学校")):
        assert [error.message for error in SCHEMA.iter_errors(read_yaml(text, "campus.yaml").data)] == []


@pytest.mark.parametrize(
    "text",
    [
        "campus: {id: demo}",
        "campus: {id: demo, name: x}\nasset: {}",
        "campus: {id: Demo, name: x}",
        "campus: {id: demo, name: x}\nlogins: {a: {password: hunter2}}",
        "campus: {id: demo, name: x}\nassets: {a: {class: sever}}",
        "campus: {id: demo, name: x}\nzones: {a: {cidr: 10.0.0.0}}",
    ],
)
def test_the_schema_refuses_what_an_editor_should_underline(text: str) -> None:
    assert list(SCHEMA.iter_errors(read_yaml(text, "campus.yaml").data))


def test_every_key_is_described_in_chinese() -> None:
    schema = campus_schema()
    for model in [schema, *schema["$defs"].values()]:
        for key, field in model.get("properties", {}).items():
            if model.get("title") not in ("Levels", "Hours", "SecretReference"):
                assert re.search(r"[\u4e00-\u9fff]", field.get("description", "")), key


def test_the_model_is_frozen() -> None:
    campus = load_campus(EXAMPLE)
    with pytest.raises(ValueError, match="frozen"):
        campus.output = "x"  # type: ignore[misc]
    assert CampusFile.model_config["extra"] == "forbid"
