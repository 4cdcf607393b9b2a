"""Tags of secrets: the shell's HMAC equals Python's, and the secret shows nowhere."""

import os
from pathlib import Path

import pytest
from gathering import SHELLS, TAG_KEY, batch_of, by_name, run_batch
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.gather.tags import KeyFileError, campus_key, tag, tag_key

every_shell = pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
SECRETS = ["", "public", "p@ss word", "%s%n\\0\\x41", "密码123", "-n", "a" * 300, "tail\n"]


@every_shell
def test_db_tag_is_the_real_hmac(shell: list[str], tmp_path: Path) -> None:
    facts = {}
    for number, secret in enumerate(SECRETS):
        path = tmp_path / str(number)
        path.write_text(secret + ".")
        # The value comes from a file, as on a target; the dot keeps a newline at its end.
        facts[f"t{number}"] = {"run": f'v=$(cat {path}; printf x); v=${{v%.x}}; db_tag "$v"'}
    found = by_name(run_batch(batch_of(facts), shell, tag_key=TAG_KEY).facts)
    assert [found[f"t{i}"].text for i in range(len(SECRETS))] == [tag(TAG_KEY, secret) + "\n" for secret in SECRETS]


@every_shell
def test_without_a_key_or_without_sha256sum_the_tag_is_a_dash(shell: list[str]) -> None:
    batch = batch_of({"t": {"run": "db_tag secret"}})
    assert by_name(run_batch(batch, shell).facts)["t"].text == "-\n"
    missing = batch.model_copy(update={"body": batch.body.replace("sha256sum", "dengbao-no-such-program")})
    assert by_name(run_batch(missing, shell, tag_key=TAG_KEY).facts)["t"].text == "-\n"


@settings(max_examples=10, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_any_key_works_in_the_shell_zero_bytes_included(key: bytes) -> None:
    batch = batch_of({"t": {"run": "db_tag secret"}})
    assert by_name(run_batch(batch, tag_key=key.hex()).facts)["t"].text.strip() == tag(key.hex(), "secret")


@every_shell
def test_length_classes_say_enough_to_judge_and_too_little_to_guess(shell: list[str]) -> None:
    words = {"": "0", "a": "1-7", "12345678": "8-11", "123456789012": "12-15", "1234567890123456": "16+"}
    run = "; ".join(f"db_length_class '{word}'; printf ' '" for word in words)
    fact = by_name(run_batch(batch_of({"c": {"run": run}}), shell).facts)["c"]
    assert fact.text.split() == list(words.values())


def test_the_campus_key_is_made_once_private_and_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "campus.key"
    key = campus_key(path)
    assert (len(key), path.stat().st_mode & 0o777) == (32, 0o600)
    assert campus_key(path) == key
    assert key.hex() not in tag_key(key)
    os.chmod(path, 0o640)
    with pytest.raises(KeyFileError, match="chmod 600"):
        campus_key(path)
    path.chmod(0o600)
    path.write_bytes(b"short")
    with pytest.raises(KeyFileError, match="32"):
        campus_key(path)
