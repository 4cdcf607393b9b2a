"""What several tests of campus.yaml share: the full example, a short campus, a moment."""

from datetime import UTC, datetime
from pathlib import Path

from audit.campus.load import parse_campus
from audit.campus.model.campus import CampusFile

EXAMPLE = Path(__file__).resolve().parents[2] / "lab" / "examples" / "campus" / "campus.yaml"
NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
"""12:00 on 24 November 2026 in Beijing."""
HEAD = "campus: {id: demo, name: 示例学校}\n"


def campus(text: str) -> CampusFile:
    """A campus from the sections after its head."""
    return parse_campus(HEAD + text, "campus.yaml")
