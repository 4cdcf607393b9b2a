"""The run folder: private, atomic, resumable."""

import stat
from datetime import UTC, datetime

import pytest

from audit.store import StoreError, find_run, new_run_folder, unfinished_run, write_private
from checks.model.fact import Collection, Fact, FactStatus

AS_OF = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)


def collection(asset: str) -> Collection:
    fact = Fact(asset=asset, name="os-release", status=FactStatus.OK, text="ID=debian\n", at=AS_OF)
    return Collection(
        asset=asset, origin="live", method="ssh", started=AS_OF, finished=AS_OF, status="complete", facts=(fact,)
    )


def test_only_the_owner_can_read_a_run(tmp_path):
    folder = new_run_folder(tmp_path / "runs", AS_OF, "c", "d")
    folder.write_collection(collection("web-01"))
    write_private(folder.run_file, "{}")
    for path in (folder.path, *folder.path.rglob("*")):
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


def test_collections_survive_and_a_half_written_one_is_passed_over(tmp_path):
    folder = new_run_folder(tmp_path, AS_OF, "c", "d")
    folder.write_collection(collection("web-02"))
    folder.write_collection(collection("web-01"))
    (folder.path / "collections" / "broken.json").write_text('{"asset": "web-03", "fac')
    assert [c.asset for c in folder.collections()] == ["web-01", "web-02"]
    assert next(iter(folder.collections())) == collection("web-01")


def test_two_runs_in_one_second_do_not_meet(tmp_path):
    first = new_run_folder(tmp_path, AS_OF, "c", "d")
    second = new_run_folder(tmp_path, AS_OF, "c", "d")
    assert (first.path.name, second.path.name) == ("20260301T080000Z", "20260301T080000Z-2")


def test_resume_goes_on_only_with_the_same_campus_and_content(tmp_path):
    folder = new_run_folder(tmp_path, AS_OF, "campus", "content")
    assert unfinished_run(tmp_path, "campus", "content") == folder
    with pytest.raises(StoreError, match=r"campus\.yaml 改过"):
        unfinished_run(tmp_path, "other", "content")
    with pytest.raises(StoreError, match="内容更新过"):
        unfinished_run(tmp_path, "campus", "other")
    write_private(folder.run_file, "{}")
    with pytest.raises(StoreError, match="没有中断的审计"):
        unfinished_run(tmp_path, "campus", "content")


def test_the_newest_finished_run_is_found(tmp_path):
    done = new_run_folder(tmp_path, AS_OF, "c", "d")
    write_private(done.run_file, "{}")
    new_run_folder(tmp_path, AS_OF.replace(hour=9), "c", "d")
    assert find_run(tmp_path) == done
    assert find_run(done.run_file) == done
    with pytest.raises(StoreError, match="先运行 dengbao audit"):
        find_run(tmp_path / "nowhere")
