"""Proving fix scripts: a throw-away host a fix, with its defect planted; audit, apply, audit, undo, audit.

All hosts go through each stage together, so that fifty fixes cost three audits. What is applied is the very file that
`dengbao audit` writes into `fix/`, sent over SSH and run with sudo by the audit's own login.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from audit.content import Baselines
from checks.language.check import Check
from checks.model.asset import Family
from checks.model.fix import FixScript, ScriptFamily
from lab.nspawn import Host, Lab, Login
from tests.hosts.hosted import NETWORK, key_pair, public, school, server
from tests.run.wholerun import Done, Outcome, School

DEFECTS = Path(__file__).resolve().parents[2] / "lab" / "defects"
FAMILY: Family = "debian"
"""What throw-away hosts are made of."""
LEVEL = 3
ELSEWHERE = {"elsewhere": {"class": "application"}}
"""The one graded system holds none of the hosts: on a host of no system every failing check is a task and gets its script."""
HOSTS_AT_ONCE = 12
RANK = {"pass": 0, "not-applicable": 0, "partial": 1, "manual": 1, "unknown": 2, "fail": 2}
"""How low a verdict stands. Where nothing was known before, a failure that shows is better evidence and no harm done."""
APPROVED = {"approved": {"ports": ["tcp/22"], "accounts": ["root", "audit"]}}
# What a fix may touch and undo must bring back; backups that the account tools make of their own files are nobody's state.
STATE = """
for folder in /etc /usr/local /usr/share/pam-configs /var/lib/pam /var/spool /home /root; do
  find "$folder" -xdev ! -name '.pwd.lock' ! -path '/etc/*-' ! -name '*.wants' -printf '%p %y %m %u %g %l\\n'
  find "$folder" -xdev -type f ! -name '.pwd.lock' ! -path '/etc/*-' -exec cksum {} +
done | sort
systemctl list-unit-files --type=service,socket --no-legend --no-pager | awk '{ print $1, $2 }'
systemctl list-units --type=service,socket --state=active --no-legend --no-pager --plain | awk '$1 !~ /@|^user|^systemd-/ { print $1, $3 }'
sysctl -a 2>/dev/null | grep '^net\\.ipv' | grep -v conntrack
"""
Verdicts = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Fixed:
    """The script of one check for the hosts' family."""

    check: str
    platform: str
    key: ScriptFamily
    script: FixScript
    cuts_management: bool = False

    @property
    def defect(self) -> Path:
        """Shell text that plants what the check finds."""
        return DEFECTS / f"{self.check}.sh"


@dataclass
class Trial:
    """What became of one fix on its host."""

    fixed: Fixed
    host: Host
    said: dict[str, Done] = field(default_factory=dict)
    """Stage (`plant`, `apply`, `undo`) → what was printed."""
    verdicts: list[Verdicts] = field(default_factory=list)
    """Planted, fixed, undone."""
    states: list[str] = field(default_factory=list)
    """Planted and undone."""
    system: str = ""
    script: str = ""
    """The file the audit wrote; empty when it wrote none."""
    causes: list[str] = field(default_factory=list)
    """What kept an audit from seeing the whole host."""

    def own(self, stage: int) -> dict[str, str]:
        """Subject → verdict of the fix's own check."""
        return {
            subject: verdict for (check, subject), verdict in self.verdicts[stage].items() if check == self.fixed.check
        }

    def worse(self) -> list[str]:
        """What the fix made worse: everything of every other check that stands lower than before."""
        before, after = self.verdicts[0], self.verdicts[1]
        return [
            f"{check} {subject}：{before.get((check, subject), '（原来没有）')} → {verdict}"
            for (check, subject), verdict in after.items()
            if check != self.fixed.check and RANK[verdict] > RANK[before.get((check, subject), "pass")]
        ]


def fixes(baselines: Baselines) -> dict[str, Fixed]:
    """Every check that has a script for the hosts' family."""
    found: dict[str, Fixed] = {}
    for platform, check in baselines.content.checks():
        chosen = check.fix.script_for(FAMILY)
        if chosen is not None:
            found[check.id] = _fixed(platform.name, check, *chosen)
    return found


def _fixed(platform: str, check: Check, key: ScriptFamily, script: FixScript) -> Fixed:
    return Fixed(check.id, platform, key, script, check.fix.cuts_management)


def try_all(wanted: Sequence[Fixed], folder: Path) -> Iterator[Trial]:
    """Try fixes, so many hosts at once as a small machine carries."""
    for start in range(0, len(wanted), HOSTS_AT_ONCE):
        batch = folder / f"batch-{start}"
        batch.mkdir()
        yield from _Batch(wanted[start : start + HOSTS_AT_ONCE], batch).run()


def auditor(key: Path) -> Login:
    """The audit's own login: it may do everything with sudo."""
    return Login("audit", "", public(key), "audit ALL=(root) NOPASSWD: ALL")


def fixing_school(lab: Lab, folder: Path) -> School:
    """A school of these hosts. `folder` holds the key `id_ed25519` and gets known_hosts."""
    made = school(folder, lab)
    (folder / "known_hosts").write_text(lab.known_hosts(), "ascii")
    made.write(
        {host.name: server(host, "audit") | APPROVED for host in lab.hosts.values()} | ELSEWHERE,
        {"audit": {"user": "audit", "key": f"file:{folder}/id_ed25519", "become": "sudo"}},
        cidr=NETWORK,
        default_level=LEVEL,
        systems={"elsewhere": {"name": "别的系统", "level": LEVEL, "assets": list(ELSEWHERE)}},
    )
    return made


class _Batch:
    def __init__(self, wanted: Sequence[Fixed], folder: Path) -> None:
        self.folder = folder
        self.key = key_pair(folder / "id_ed25519")
        self.trials = [
            Trial(fixed, Host(f"fix-{number:02}", f"10.99.0.{number}", logins=(auditor(self.key),)))
            for number, fixed in enumerate(wanted, start=11)
        ]

    def run(self) -> list[Trial]:
        with Lab([trial.host for trial in self.trials]) as lab:
            lab.wait_ssh()
            made = fixing_school(lab, self.folder)
            self._each(lambda t: _note(t, "plant", _inside(lab, t, f"set -eu\n{t.fixed.defect.read_text('utf-8')}")))
            first = self._audit(made)
            self._each(lambda t: t.states.append(_inside(lab, t, STATE).stdout))
            for trial in self.trials:
                trial.script = _script_of(first, trial)
            self._each(lambda t: _note(t, "apply", run_script(lab, t.host, self.folder, t.script, "apply")))
            self._audit(made)
            self._each(lambda t: _note(t, "undo", run_script(lab, t.host, self.folder, t.script, "undo")))
            self._audit(made)
            self._each(lambda t: t.states.append(_inside(lab, t, STATE).stdout))
        return self.trials

    def _each(self, step) -> None:  # type: ignore[no-untyped-def]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(step, self.trials))

    def _audit(self, made: School) -> Outcome:
        done = made.dengbao("audit", "--fail-on", "never")
        assert done.returncode in (0, 3), done.stdout + done.stderr
        outcome = made.last()
        systems = {asset["id"]: asset["seen"]["system"] for asset in outcome.run["assets"]}
        for trial in self.trials:
            trial.system = systems[trial.host.name] or trial.system
            trial.verdicts.append(host_verdicts(outcome, trial.host.name))
            trial.causes += [
                c["cause"] for c in outcome.run["collections"] if c["asset"] == trial.host.name and c["cause"]
            ]
        return outcome


def run_script(lab: Lab, host: Host, folder: Path, script: str, how: str) -> Done:
    """Run a script as the officer does: sent over SSH by the audit's own login, with sudo. `folder` holds key and known_hosts."""
    options = ["-F", "none", "-o", "BatchMode=yes", "-o", f"UserKnownHostsFile={folder}/known_hosts"]
    command = f"umask 077; cat > fix.sh; sudo -n sh fix.sh {how}; code=$?; rm fix.sh; exit $code"
    argv = ["ssh", *options, "-i", str(folder / "id_ed25519"), f"audit@{host.address}", command]
    return lab.auditor_exec(argv, text=script, timeout=90)


def _note(trial: Trial, stage: str, done: Done) -> None:
    trial.said[stage] = done


def _inside(lab: Lab, trial: Trial, script: str) -> Done:
    return lab.run_inside(trial.host.name, script, timeout=90)


def _script_of(outcome: Outcome, trial: Trial) -> str:
    """The file the audit wrote for this fix; empty when the check did not fail."""
    found = sorted((outcome.folder / "fix" / trial.host.name).glob(f"[0-9][0-9]*-{trial.fixed.check}*.sh"))
    exact = [
        file for file in found if file.name.partition("-")[2].removesuffix(".sh").split("+")[0] == trial.fixed.check
    ]
    return exact[0].read_text("utf-8") if exact else ""


def host_verdicts(outcome: Outcome, host: str) -> Verdicts:
    """Verdicts of the host and of what lives in it."""
    found: Verdicts = dict(outcome.verdicts(host))
    for asset in outcome.run["assets"]:
        if asset["parent"] == host:
            found |= {
                (check, f"{asset['id']} {subject}"): v for (check, subject), v in outcome.verdicts(asset["id"]).items()
            }
    return found


def record(passed: Mapping[str, Trial], root: Path, today: str) -> None:
    """Write the proofs of `passed` into each platform's fixes-tried.yaml; a proof that still holds keeps its date."""
    from checks.model.fix import FixProof
    from reports.fixes.script import digest

    for platform in sorted({trial.fixed.platform for trial in passed.values()}):
        new = [
            FixProof.model_validate(
                {
                    "check": trial.fixed.check,
                    "script": trial.fixed.key,
                    "family": FAMILY,
                    "system": trial.system,
                    "on": today,
                    "digest": digest(trial.fixed.script),
                }
            )
            for trial in passed.values()
            if trial.fixed.platform == platform
        ]
        _merge(root / platform / "fixes-tried.yaml", new)


def _merge(path: Path, new: Sequence[object]) -> None:
    from checks.language.source import read_yaml
    from checks.model.fix import FixProof

    known = read_yaml(path.read_text("utf-8"), path.name).data["tried"] if path.exists() else []
    old = {(p.check, p.script, p.family): p for p in map(FixProof.model_validate, known)}
    for proof in new:
        assert isinstance(proof, FixProof)
        key = (proof.check, proof.script, proof.family)
        if key not in old or old[key].digest != proof.digest:
            old[key] = proof
    lines = [
        f"  - {{check: {p.check}, script: {p.script}, family: {p.family}, system: {p.system}, on: {p.on}, digest: '{p.digest}'}}"
        for _, p in sorted(old.items())
    ]
    path.write_text(
        "# 由 make test-fixes 写：在用完即弃的主机上执行、复查、撤销都通过的整改脚本。不要手写。\ntried:\n"
        + "\n".join(lines)
        + "\n",
        "utf-8",
    )
