"""One server and thirty, a hundred facts each: our gathering against the OpenSSH client with the very same batch."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from audit.gather.context import Context
from audit.gather.pool import gather
from audit.gather.target import Limits
from checks.model.fact import Collection
from lab.bench.fleet import Job, Report
from lab.bench.measure import Row, child_environment, compare, require, timed
from lab.bench.servers import BATCH, Brought, Fleet, brought, decoded, fleet, run_ssh

PAIRS = 7
FLEET = 30
FLEET_PAIRS = 5


def one_server(started: Fleet) -> Iterator[Row]:
    """Our gathering in a process that is running already, against a new `ssh`."""
    context = {"pins": started.pins(), "limits": Limits()}

    def ours() -> tuple[Collection, ...]:
        found: list[Collection] = []
        gather(started.targets()[:1], BATCH, found.append, Context(**context))  # type: ignore[arg-type]
        return tuple(found)

    def other() -> bytes:
        return run_ssh(started, started.names[0])

    def same(mine: object, theirs: object) -> None:
        assert isinstance(mine, tuple)  # noqa: S101
        assert isinstance(theirs, bytes)  # noqa: S101
        require(mine[0].status == "complete", mine[0].cause)
        require(brought(mine[0].facts) == decoded(theirs), "我们和 ssh 取得的事实不一样")

    yield compare(
        "1 台服务器 × 100 个事实，进程内 / ssh 'sh -s' < 批次", ours, other, pairs=PAIRS, goal=1.0, check=same
    )


def thirty_servers(folder: Path) -> Iterator[Row]:
    """Thirty servers in one process of ours, against thirty `ssh` at once under xargs."""
    with fleet(folder, FLEET) as started:
        job = Job.of(started)
        (started.folder / "job.json").write_text(job.model_dump_json(), encoding="utf-8")
        reports, walls, others = [], [], []
        for number in range(FLEET_PAIRS + 1):
            report, wall = timed(lambda: _run_ours(started))
            theirs, other = timed(lambda: _run_xargs(started))
            require(
                {name: Report.digest_of(facts) for name, facts in theirs.items()} == report.facts,
                "两边取得的事实不一样",
            )
            if number:
                reports.append(report)
                walls.append(wall)
                others.append(other)
    other = median(others)
    inside = median(report.wall for report in reports)
    what = f"{FLEET} 台 × 100 个事实"
    yield Row.ratio(f"{what}，进程内 / xargs -P{FLEET} ssh", inside, other, 1.05)
    yield Row.ratio(f"{what}，连解释器启动 / xargs -P{FLEET} ssh", median(walls), other, None)
    cpu = 1000 * median(report.cpu for report in reports) / FLEET
    yield Row.absolute("采集进程每台的 CPU（启动之后）", cpu, "ms", 4.0)
    yield Row.absolute(
        f"采集进程的内存峰值（启动后 {median(r.rss_before for r in reports):.0f} MB）",
        median(r.rss for r in reports),
        "MB",
        None,
    )


def _run_ours(started: Fleet) -> Report:
    done = subprocess.run(
        [sys.executable, "-m", "lab.bench.fleet", str(started.folder / "job.json")],
        env=child_environment(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    require(done.returncode == 0, f"采集进程没有成功：{done.stderr[-500:].decode(errors='replace')}")
    return Report.model_validate(json.loads(done.stdout))


def _run_xargs(started: Fleet) -> dict[str, Brought]:
    out = started.folder / "out"
    out.mkdir(exist_ok=True)
    line = f"exec ssh -F '{started.client_config}' {{}} 'sh -s' <'{started.batch_file}' >'{out}/{{}}'"
    names = "".join(f"{name}\n" for name in started.names)
    done = subprocess.run(
        ["xargs", f"-P{FLEET}", "-I{}", "sh", "-c", line],
        input=names.encode(),
        capture_output=True,
        timeout=120,
        check=False,
    )
    require(done.returncode == 0, f"xargs ssh 没有成功：{done.stderr[-500:].decode(errors='replace')}")
    return {name: decoded((out / name).read_bytes()) for name in started.names}
