"""The JSON Schema of waivers.yaml, for editors, and the commented file to start from."""

from importlib import resources
from typing import Any

from audit.waivers.model import WaiversFile
from checks.model.schema import json_schema


def waivers_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of waivers.yaml, with the models' own words as descriptions."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **json_schema(WaiversFile),
        "title": "waivers.yaml",
    }


def waivers_starter() -> str:
    """A waivers.yaml that waives nothing yet and shows how."""
    return resources.files("audit.waivers").joinpath("starter.yaml").read_text(encoding="utf-8")
