"""The JSON Schema of campus.yaml, for editors: generated from the models, never written by hand."""

from typing import Any

from audit.campus.model.campus import CampusFile


def campus_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of campus.yaml, with the models' own words as descriptions."""
    schema = CampusFile.model_json_schema(by_alias=True, mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "campus.yaml"}
