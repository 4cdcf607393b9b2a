"""The JSON Schema of campus.yaml, for editors: generated from the models, never written by hand."""

from typing import Any

from audit.campus.model.campus import CampusFile
from checks.model.schema import json_schema


def campus_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of campus.yaml, with the models' own words as descriptions."""
    schema = json_schema(CampusFile)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "campus.yaml"}
