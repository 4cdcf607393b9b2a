"""`python -m lab.agreement`: run, record, write the page. `python -m lab.agreement page`: only write it anew."""

import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from lab.agreement import lynis, openscap
from lab.agreement.compare import Recorded, Said, compared, worst
from lab.agreement.mapping import Pair, every, mapping
from lab.agreement.page import page
from lab.nspawn import why_not
from lab.roles import SERVER
from lab.rootfs import Recipe, rootfs
from lab.three import ADDRESSES, Three, three_hosts

PACKAGES = ("lynis", "openscap-scanner", "ssg-debian")
RECORDED = Path(__file__).with_name("recorded.json")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "agreement.md"
SECONDS = 1800
"""Lynis takes a minute on an idle machine; three run at once."""


def main(words: list[str]) -> int:
    """Exit code 1: the auditors differ somewhere and nobody has said why."""
    pairs = mapping()
    if words != ["page"]:
        if reason := why_not():
            print(reason, file=sys.stderr)
            return 2
        RECORDED.write_text(_run(pairs).model_dump_json(indent=1) + "\n", "utf-8")
    recorded = Recorded.model_validate_json(RECORDED.read_text("utf-8"))
    try:
        PAGE.write_text(page(recorded, compared(pairs, recorded)), "utf-8")
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"written: {PAGE}")
    return 0


def _run(pairs: list[Pair]) -> Recorded:
    content = (rootfs(Recipe(PACKAGES, on=SERVER)) / openscap.CONTENT).read_text("utf-8")
    files = {openscap.ADAPTED: openscap.adapted(content, every(pairs, "openscap"))}
    with (
        tempfile.TemporaryDirectory(prefix="dengbao-agreement-") as folder,
        three_hosts(Path(folder), also=PACKAGES, files=files) as three,
    ):
        done = three.dengbao("audit", "--fail-on", "never")
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        findings = three.findings()
        with ThreadPoolExecutor(len(ADDRESSES)) as pool:
            said = pool.map(lambda host: _said(three, host, pairs, findings), ADDRESSES)
            hosts = dict(zip(ADDRESSES, said, strict=True))
        return Recorded(date=f"{datetime.now(UTC).date()}", versions=_versions(three), hosts=hosts)


def _said(three: Three, host: str, pairs: list[Pair], findings: list[dict[str, str]]) -> Said:
    """What is compared of what the three say: the rest of a report is of no use here."""
    tests = {test.partition(" ")[0] for test in every(pairs, "lynis")}
    scap = three.lab.run_inside(host, openscap.COMMAND, timeout=SECONDS)
    if scap.returncode not in (0, 2):
        raise RuntimeError(f"oscap on {host}: {scap.stderr}")
    report = three.lab.run_inside(host, lynis.COMMAND, timeout=SECONDS).stdout
    ours = [(f["check"], f["subject"], f["verdict"]) for f in findings if f["asset"] == host]
    return Said.model_validate(
        {
            "openscap": openscap.results(scap.stdout),
            "lynis": {test: said for test, said in sorted(lynis.results(report).items()) if test in tests},
            "dengbao": {pair.name: worst(pair, ours) for pair in pairs},
        }
    )


def _versions(three: Three) -> dict[str, str]:
    shown = three.lab.run_inside("stock", f"cat /etc/debian_version; dpkg-query -W {' '.join(PACKAGES)}").stdout
    release, *packages = shown.split("\n")
    return {"Debian": release} | dict(line.split("\t") for line in packages if line)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
