"""A baselines folder of 300 checks made from the real ones, and how fast it loads."""

import itertools
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from audit.content import BASELINES, Baselines, read_baselines
from checks.language.load import NOT_PLATFORMS
from lab.bench.measure import Row, compare, median_cpu_ms, require

CHECKS = 300
PAIRS = 9
_ID = re.compile(r"^(\s*- id: )([a-z0-9-]+)$", re.MULTILINE)


def rows(folder: Path) -> Iterator[Row]:
    """Cold load against the bare loader, and the load from the cache. `folder` is emptied."""
    written = read_baselines(_write(folder / "baselines"))
    files = {name: file for name, file in written.files.items() if _is_content(name)}

    def cold() -> int:
        return len(Baselines(written.root, files).loaded.content.checks())

    def bare() -> int:
        documents = [yaml.load(text, Loader=yaml.CSafeLoader) for text in files.values()]
        return sum(len(document.get("checks", ())) for document in documents)

    count = bare()
    require(count >= CHECKS, f"只写出了 {count} 个检查")
    yield compare(f"{count} 个检查从 YAML 载入 / 只用 CSafeLoader 解析", cold, bare, pairs=PAIRS, goal=3.0)
    with _cache(folder / "cache"):
        yield _from_cache(written)


def _from_cache(written: Baselines) -> Row:
    """Reading content that an earlier process has parsed, by its digest, as every command does."""
    first = written.content
    require(bool(first.checks()), "缓存之前没有载入任何检查")

    def cached() -> Any:
        return Baselines(written.root, written.files).content

    require(cached() == first, "从缓存读出的内容与从 YAML 载入的不同")
    return Row.absolute(
        f"{len(first.checks())} 个检查从缓存载入（处理器时间）", median_cpu_ms(cached, 15), "ms", goal=10.0
    )


def _is_content(name: str) -> bool:
    return name.partition("/")[0] not in NOT_PLATFORMS


def _write(folder: Path) -> Path:
    """The real content, file after file of its checks copied under new ids until there are just enough."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(BASELINES, folder)
    files = [
        path
        for path in sorted(folder.glob("*/*.yaml"))
        if _ID.search(path.read_text("utf-8")) and _is_content(path.relative_to(folder).as_posix())
    ]
    count = sum(len(_ID.findall(path.read_text("utf-8"))) for path in files)
    for copy in itertools.count(1):
        for path in files:
            if count >= CHECKS:
                return folder
            text, made = _ID.subn(rf"\g<1>\g<2>-{copy}", path.read_text("utf-8"))
            path.with_stem(f"{path.stem}-{copy}").write_text(text, "utf-8")
            count += made
    return folder


@contextmanager
def _cache(folder: Path) -> Iterator[None]:
    """Parsed content is kept in `folder` meanwhile, not in the user's own cache."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("XDG_CACHE_HOME")
        if before is not None:
            os.environ["XDG_CACHE_HOME"] = before
