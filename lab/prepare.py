"""Builds the root filesystems of throw-away hosts before any test waits for them: `python -m lab.prepare`."""

import os
import time

from lab.kernel import why_not
from lab.roles import RECIPES
from lab.rootfs import MINIMAL, rootfs


def main() -> None:
    """Build what is missing and say how long each took; on a machine that cannot run hosts say why and leave it."""
    reason = "DENGBAO_LAB=skip" if os.environ.get("DENGBAO_LAB") == "skip" else why_not()
    if reason:
        print(f"不准备实验主机：{reason}")
        return
    for recipe in dict.fromkeys((MINIMAL, *RECIPES.values())):
        start = time.monotonic()
        root = rootfs(recipe)
        print(f"实验主机的根文件系统：{root.parent.name}（{time.monotonic() - start:.0f} 秒）", flush=True)


if __name__ == "__main__":
    main()
