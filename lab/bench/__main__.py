"""`python -m lab.bench`: every row in one run. Times never fail it; work that was not the same does."""

import sys
import time
from collections.abc import Iterator
from pathlib import Path

from lab.bench import contents, gathering, judging, program, startup, table, testinfra
from lab.bench.measure import Row, UnequalWorkError
from lab.bench.servers import fleet
from lab.sshd import SshdMissing

FOLDER = Path(__file__).resolve().parents[2] / ".cache" / "bench"


def main() -> int:
    """Measure and print. 1: the two sides of a row did not do the same work; 2: no SSH server to measure with."""
    begun = time.monotonic()
    found: list[Row] = []
    try:
        for row in _rows():
            print(f"  … {row.what}", file=sys.stderr, flush=True)
            found.append(row)
    except UnequalWorkError as error:
        print(f"测速没有意义：{error}", file=sys.stderr)
        return 1
    except SshdMissing as error:
        print(f"测速没有做成：{error}", file=sys.stderr)
        return 2
    finally:
        print("\n".join(table.lines(found)))
    print(f"用时 {time.monotonic() - begun:.0f} 秒。两边轮流各跑几次，取中位数；每一行都核对了两边取得的内容相同。")
    return 0


def _rows() -> Iterator[Row]:
    with fleet(FOLDER / "one", 1) as started:
        yield from gathering.one_server(started)
        yield from program.rows(started, FOLDER / "audit")
        yield from testinfra.rows(started, program.auditing(started, FOLDER / "audit"), FOLDER)
    yield from gathering.thirty_servers(FOLDER / "thirty")
    yield from startup.rows()
    yield from contents.rows(FOLDER / "content")
    yield from judging.rows()


if __name__ == "__main__":
    sys.exit(main())
