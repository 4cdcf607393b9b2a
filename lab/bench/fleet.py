"""The gathering process of the thirty servers, measured from inside: `python -m lab.bench.fleet job.json`."""

import hashlib
import resource
import sys
import time
from pathlib import Path

from audit.gather.context import Context
from audit.gather.pins import HostKey, Pins
from audit.gather.pool import gather
from audit.gather.target import Limits, Login, Secret, Target
from checks.model.base import Model
from checks.model.fact import Collection
from lab.bench.servers import BATCH, Brought, Fleet, brought, host_key


class Host(Model):
    """One server of the job."""

    name: str
    address: str
    port: int
    user: str
    key: str
    host_key_type: str
    host_key_hex: str


class Job(Model):
    """What the process is told."""

    hosts: tuple[Host, ...]

    @classmethod
    def of(cls, started: Fleet) -> "Job":
        """The job of gathering from every server that was started."""
        pairs = zip(started.names, started.servers, strict=True)
        return cls(
            hosts=tuple(
                Host(
                    name=name,
                    address=server.address,
                    port=server.port,
                    user=server.user,
                    key=str(started.folder / "user_key"),
                    host_key_type=host_key(server).type,
                    host_key_hex=host_key(server).blob.hex(),
                )
                for name, server in pairs
            )
        )


class Report(Model):
    """What it did, and what that took after start-up."""

    wall: float
    cpu: float
    """Seconds of this process, user and system."""
    rss_before: float
    """Peak resident memory before anything was gathered, in MB."""
    rss: float
    facts: dict[str, str]
    """Digest of what each server brought."""

    @staticmethod
    def digest_of(facts: Brought) -> str:
        """One word for the facts of a server."""
        return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()


def run(job: Job) -> Report:
    """Gather from every host of the job."""
    import audit.gather.ssh  # noqa: F401 - start-up: the library is loaded before the clock runs

    pins = Pins({h.name: (HostKey(h.host_key_type, bytes.fromhex(h.host_key_hex)),) for h in job.hosts})
    found: dict[str, Collection] = {}
    before, begun = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    context = Context(pins=pins, limits=Limits(parallel=len(job.hosts)))
    gather(map(_target, job.hosts), BATCH, lambda c: found.__setitem__(c.asset, c), context)
    wall, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF)
    for collection in found.values():
        if collection.status != "complete":
            raise SystemExit(collection.cause)
    return Report(
        wall=wall,
        cpu=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        rss_before=before.ru_maxrss / 1024,
        rss=after.ru_maxrss / 1024,
        facts={name: Report.digest_of(brought(collection.facts)) for name, collection in found.items()},
    )


def _target(host: Host) -> Target:
    key = Path(host.key)
    secret = Secret(f"file:{key.name}", lambda: key.read_text("utf-8"))
    return Target(asset=host.name, address=host.address, port=host.port, login=Login(host.user, key=secret))


if __name__ == "__main__":
    sys.stdout.write(run(Job.model_validate_json(Path(sys.argv[1]).read_bytes())).model_dump_json())
