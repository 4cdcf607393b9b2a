"""The JSON Schema of run.json, generated from the model."""

from typing import Any

from checks.model.run import SCHEMA_VERSION, Run


def run_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of run.json."""
    schema = Run.model_json_schema(by_alias=True, mode="serialization")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:dengbao:run:{SCHEMA_VERSION}",
        **schema,
        "title": f"run.json v{SCHEMA_VERSION}",
    }
