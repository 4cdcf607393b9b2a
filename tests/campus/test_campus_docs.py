"""The reference page names every key, and its examples together are a campus.yaml that loads."""

import re

from campus_examples import EXAMPLE

from audit.campus.load import parse_campus
from audit.campus.schema import campus_schema

PAGE = (EXAMPLE.parents[3] / "docs" / "campus.md").read_text(encoding="utf-8")


def test_the_examples_of_the_page_are_one_campus_that_loads() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    campus = parse_campus("".join(blocks), "docs/campus.md")
    assert campus.model_fields_set == set(type(campus).model_fields)


def test_the_page_names_every_key() -> None:
    schema = campus_schema()
    keys = {key for model in [schema, *schema["$defs"].values()] for key in model.get("properties", {})}
    assert {key for key in keys if not re.search(rf"\b{re.escape(key)}\b", PAGE)} <= {
        "everything",
        "asset",
    }  # both have a shorter form
