"""The lab says beforehand, in plain words, why it cannot run."""

import os
from pathlib import Path

import pytest

from lab import kernel


def test_an_ordinary_user_is_told_to_use_root(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert "root" in kernel.why_not()


@pytest.mark.root
@pytest.mark.usefixtures("throwaway_hosts")
def test_missing_tools_are_named_by_their_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    reason = kernel.why_not()
    assert "apt-get install" in reason
    assert "systemd-container" in reason


@pytest.mark.root
@pytest.mark.usefixtures("throwaway_hosts")
def test_a_missing_kernel_feature_is_named_with_what_the_kernel_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        kernel, "_FEATURES", {"私有的 /proc": "true", "某种文件系统": "mount -t nosuchfs nosuchfs /mnt"}
    )
    reason = kernel.why_not()
    assert "某种文件系统" in reason
    assert "/mnt" in reason


def test_the_inotify_limit_is_raised_for_many_hosts_and_put_back_by_the_last_lab(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    limit = tmp_path / "max_user_instances"
    limit.write_text("128", "ascii")
    monkeypatch.setattr(kernel, "_INOTIFY", limit)
    monkeypatch.setattr(kernel, "_SHARED", tmp_path / "shared")
    first = kernel.enough_inotify(100)
    first.__enter__()
    raised = int(limit.read_text("ascii"))
    assert raised > 1000
    with kernel.enough_inotify(200):
        higher = int(limit.read_text("ascii"))
        assert higher > raised
        first.__exit__(None, None, None)
        assert int(limit.read_text("ascii")) == higher
    assert limit.read_text("ascii") == "128"


def test_a_limit_that_suffices_is_left_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    limit = tmp_path / "max_user_instances"
    limit.write_text("100000", "ascii")
    monkeypatch.setattr(kernel, "_INOTIFY", limit)
    monkeypatch.setattr(kernel, "_SHARED", tmp_path / "shared")
    with kernel.enough_inotify(20):
        assert limit.read_text("ascii") == "100000"
    assert limit.read_text("ascii") == "100000"
