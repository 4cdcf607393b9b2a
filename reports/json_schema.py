"""The JSON Schema of `run.json`, generated from the model so that the two cannot drift apart."""

from typing import Any

from checks.model.run import SCHEMA_VERSION, Run
from checks.model.schema import json_schema

SCHEMA_ID = f"https://dengbao.invalid/schema/run-{SCHEMA_VERSION}.json"
"""A name, not an address: nothing is to be fetched from it."""


def run_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of what `dump_run` writes: every field present, no unknown ones."""
    return {
        **json_schema(Run, "serialization"),
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": f"dengbao run.json v{SCHEMA_VERSION}",
    }
