"""The root filesystem is made from the machine's own Debian or Ubuntu, whichever way its sources are written."""

from pathlib import Path

import pytest

from lab.rootfs import RootfsError, release, sources

DEB822 = "Types: deb\nURIs: file:///srv/mirror\nSuites: bookworm\nComponents: main\n"
ONE_LINE = "# main archive\ndeb file:///srv/mirror bookworm main\n"


def written(folder: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def test_an_installer_s_one_line_sources_are_used(tmp_path: Path) -> None:
    assert sources("bookworm", written(tmp_path, {"sources.list": ONE_LINE})).name == "sources.list"


def test_a_sources_list_that_only_points_elsewhere_is_passed_over(tmp_path: Path) -> None:
    files = {"sources.list": "# moved to debian.sources\n", "sources.list.d/debian.sources": DEB822}
    assert sources("bookworm", written(tmp_path, files)).name == "debian.sources"


def test_a_third_party_s_packages_are_not_the_release(tmp_path: Path) -> None:
    third_parties = {
        "sources.list.d/0-docker.list": "deb [arch=amd64] file:///srv/docker bookworm stable\n",
        "sources.list.d/1-database.list": "deb file:///srv/database bookworm-pgdg main\n",
    }
    files = {**third_parties, "sources.list.d/campus-mirror.sources": DEB822}
    assert sources("bookworm", written(tmp_path, files)).name == "campus-mirror.sources"


@pytest.mark.parametrize("text", ["# deb file:///srv/mirror bookworm main\n", ONE_LINE.replace("bookworm", "bullseye")])
def test_no_sources_say_what_to_do(text: str, tmp_path: Path) -> None:
    with pytest.raises(RootfsError, match="apt-get update"):
        sources("bookworm", written(tmp_path, {"sources.list": text}))


def test_the_release_is_the_machine_s_own(tmp_path: Path) -> None:
    written(tmp_path, {"os-release": 'ID=ubuntu\nVERSION_CODENAME="noble"\n'})
    assert release(tmp_path / "os-release") == "noble"


def test_another_distribution_is_refused_by_name_of_what_works(tmp_path: Path) -> None:
    written(tmp_path, {"os-release": "ID=openEuler\nVERSION_CODENAME=lts\n"})
    with pytest.raises(RootfsError, match="Debian 或 Ubuntu"):
        release(tmp_path / "os-release")
