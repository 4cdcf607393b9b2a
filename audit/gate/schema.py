"""The JSON Schema of thresholds.yaml, for editors, and the commented file to start from."""

from importlib import resources
from typing import Any

from checks.model.gate import Thresholds
from checks.model.schema import json_schema


def thresholds_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of thresholds.yaml, with the models' own words as descriptions."""
    schema = json_schema(Thresholds)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "thresholds.yaml"}


def thresholds_example() -> str:
    """A thresholds.yaml that works as it is and explains itself."""
    return resources.files("audit.gate").joinpath("example.yaml").read_text(encoding="utf-8")
