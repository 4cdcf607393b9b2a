"""The JSON Schemas that are shipped say what the models say."""

import json
from pathlib import Path

import jsonschema
import pytest
from click.testing import CliRunner

from audit.cli import main
from checks.language.source import read_yaml

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "schema"
SOURCES = {
    "campus.json": ["campus", "schema"],
    "waivers.json": ["waivers", "schema"],
    "thresholds.json": ["gate", "--schema"],
    "checks.json": ["baseline", "schema", "checks"],
    "facts.json": ["baseline", "schema", "facts"],
    "facts-part.json": ["baseline", "schema", "facts-part"],
    "uncovered.json": ["baseline", "schema", "uncovered"],
    "fixes-tried.json": ["baseline", "schema", "fixes-tried"],
    "parameters.json": ["baseline", "schema", "parameters"],
    "run-1.json": ["baseline", "schema", "run"],
}


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_shipped_schema_is_the_models(name):
    """When this fails a model was changed: run `sh scripts/schemas.sh`; for run.json think of its version first."""
    printed = CliRunner().invoke(main, SOURCES[name]).output
    assert json.loads((FOLDER / name).read_text(encoding="utf-8")) == json.loads(printed)


@pytest.mark.parametrize("name", sorted(SOURCES))
def test_the_schema_is_a_schema(name):
    jsonschema.Draft202012Validator.check_schema(json.loads((FOLDER / name).read_text(encoding="utf-8")))


def test_editors_accept_the_shipped_checks():
    """The schema and our own reader agree on every file of content."""
    root = FOLDER.parents[1] / "baselines"
    schemas = {
        kind: json.loads((FOLDER / f"{kind}.json").read_text(encoding="utf-8"))
        for kind in ("checks", "facts", "facts-part", "uncovered", "fixes-tried")
    }
    files = [p for p in root.glob("*/*.yaml") if p.parent.name not in ("catalogue", "levels")]
    assert len(files) > 5
    for path in files:
        own = path.stem if path.stem in ("facts", "uncovered", "fixes-tried") else "checks"
        kind = "facts-part" if path.name.startswith("facts-") else own
        jsonschema.validate(read_yaml(path.read_text(encoding="utf-8"), path.name).data, schemas[kind])
