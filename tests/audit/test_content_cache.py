"""Content by its digest: the cache gives exactly what reading the YAML gave, and trusts nothing it cannot read."""

from pathlib import Path

import pytest

from audit.content import BASELINES, Baselines, cache_folder, read_baselines
from checks.language.source import SourceError

FILES = read_baselines().files
SMALL = {name: file for name, file in FILES.items() if name.partition("/")[0] in ("redis", "linux", "levels")}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def small(**changed: bytes) -> Baselines:
    return Baselines(BASELINES, {**SMALL, **changed})


def cached() -> list[Path]:
    return sorted(cache_folder().glob("content-*.json"))


def test_the_cache_gives_what_the_first_reading_gave() -> None:
    first, second = small(), small()
    content = first.content
    assert len(cached()) == 1
    assert second.content == content
    assert "documents" not in second.__dict__  # no YAML was parsed
    assert {check.id for _, check in first.loaded.checks()} == {check.id for _, check in content.checks()}


def test_the_checks_own_tests_are_not_in_it() -> None:
    assert all(check.tests for _, check in small().loaded.checks())
    assert not any(hasattr(check, "tests") for _, check in small().content.checks())
    assert '"tests"' not in cached()[0].read_text("utf-8")


def test_another_text_is_another_digest_and_another_cached_file() -> None:
    assert small().content
    changed = small(**{"redis/facts.yaml": SMALL["redis/facts.yaml"] + b"\n# remark\n"})
    assert changed.content == small().content
    assert len(cached()) == 2


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b'{"platforms": {}}'])
def test_a_damaged_cache_is_read_anew_from_yaml_and_mended(damage: bytes) -> None:
    content = small().content
    cached()[0].write_bytes(damage)
    assert small().content == content
    assert cached()[0].read_bytes() != damage


def test_without_a_place_to_write_content_is_read_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert small().content.platforms["redis"].checks


def test_a_file_that_is_not_utf8_is_named() -> None:
    with pytest.raises(SourceError, match=r"redis/gbk.yaml:1: 不是 UTF-8"):
        small(**{"redis/gbk.yaml": "标题".encode("gbk")}).content  # noqa: B018
