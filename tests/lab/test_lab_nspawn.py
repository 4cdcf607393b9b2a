"""Throw-away hosts are real, reachable only by their auditor, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lab.enclosure import Enclosure
from lab.nspawn import Host, Lab, LabError, Login

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.usefixtures("throwaway_hosts")]

PASSWORD = "Wenjian-Shili-2026"
SUDO_RULE = "audit ALL=(root) NOPASSWD: /usr/sbin/sshd -T"


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("key") / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path], check=True, timeout=20)
    return path


@pytest.fixture(scope="module")
def lab(throwaway_hosts: None, key: Path) -> Iterator[Lab]:
    login = Login("audit", PASSWORD, key.with_suffix(".pub").read_text("ascii").strip(), SUDO_RULE)
    first = Host("web-01", "10.99.0.11", {"/etc/ssh/sshd_config.d/x.conf": "MaxAuthTries 3\n"}, logins=(login,))
    second = Host("cache-01", "10.99.0.12", prepare="mkdir /etc/school && echo yes > /etc/school/marker")
    start = time.monotonic()
    with Lab([first, second]) as lab:
        lab.wait_ssh()
        sys.stderr.write(f"\n两台实验主机从开始到可以登录：{time.monotonic() - start:.1f} 秒\n")
        yield lab


@pytest.fixture
def ssh(lab: Lab, key: Path, tmp_path: Path) -> Callable[[str], str]:
    known = tmp_path / "known_hosts"
    known.write_text(lab.known_hosts(), "ascii")
    options = [
        "-F",
        "none",
        "-o",
        "BatchMode=yes",
        "-o",
        "StrictHostKeyChecking=yes",
        "-o",
        f"UserKnownHostsFile={known}",
    ]

    def run(command: str) -> str:
        done = lab.auditor_exec(["ssh", *options, "-i", str(key), "audit@10.99.0.11", command], timeout=20)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_auditor_logs_in_with_a_pinned_host_key(ssh: Callable[[str], str]) -> None:
    assert ssh("hostname; id -un").split() == ["web-01", "audit"]


def test_the_login_has_exactly_its_sudo_rule(ssh: Callable[[str], str]) -> None:
    assert "maxauthtries 3" in ssh("sudo -n /usr/sbin/sshd -T")
    assert "password is required" in ssh("sudo -n /bin/true 2>&1 || true")


def test_the_password_is_set_and_stands_nowhere_readable(lab: Lab) -> None:
    assert lab.run_inside("web-01", "passwd -S audit").stdout.split()[1] == "P"
    assert PASSWORD not in lab.run_inside("web-01", "grep -rs audit /etc").stdout
    assert PASSWORD not in repr(lab.hosts)


def test_hosts_run_their_own_systemd_and_services(lab: Lab) -> None:
    assert lab.run_inside("cache-01", "systemctl is-active redis-server ssh").stdout.split() == ["active", "active"]
    assert lab.run_inside("cache-01", "cat /etc/school/marker").stdout == "yes\n"


def test_a_service_stopped_on_one_host_runs_on_the_other(lab: Lab) -> None:
    lab.run_inside("cache-01", "systemctl stop redis-server")
    assert lab.run_inside("web-01", "redis-cli ping").stdout == "PONG\n"
    assert "refused" in lab.run_inside("cache-01", "redis-cli ping 2>&1").stdout


def test_hosts_differ_in_all_that_identifies_them(lab: Lab) -> None:
    machine_ids = {lab.run_inside(name, "cat /etc/machine-id").stdout for name in lab.hosts}
    assert len(machine_ids) == len({lab.host_key(name) for name in lab.hosts}) == 2


def test_missing_updates_can_be_asked_of_the_package_lists(lab: Lab) -> None:
    simulated = lab.run_inside("web-01", "apt-get -s -o Debug::NoLocking=1 upgrade")
    assert simulated.returncode == 0
    assert "newly installed" in simulated.stdout


def test_only_the_auditor_reaches_a_host(lab: Lab) -> None:
    """Judged by the machine's own interfaces and routes: a trial packet could leave through its uplink."""
    show = ["ip", "-json", "route", "show", "table", "all"]
    own = subprocess.run(show, capture_output=True, text=True, timeout=5, check=True).stdout
    assert "10.99.0." not in own
    assert "10.99.0." in lab.auditor_exec(show, timeout=5).stdout
    assert lab.auditor_exec(["bash", "-c", "exec 3<>/dev/tcp/10.99.0.11/22"], timeout=5).returncode == 0


def test_a_host_has_no_way_out(lab: Lab) -> None:
    assert lab.run_inside("web-01", "ip route show default").stdout == ""


def test_a_command_that_hangs_is_ended(lab: Lab) -> None:
    start = time.monotonic()
    with pytest.raises(LabError, match="已终止"):
        lab.auditor_exec(["sh", "-c", "sleep 60 & sleep 60"], timeout=0.5)
    assert time.monotonic() - start < 5


def test_a_host_that_never_boots_is_named(throwaway_hosts: None) -> None:
    broken = Host(
        "broken-01", "10.99.0.13", prepare="rm -f /sbin/init /lib/systemd/systemd; ln -s /bin/false /sbin/init"
    )
    with Lab([broken]) as lab, pytest.raises(LabError, match="broken-01"):
        lab.wait_ssh(timeout=10)


@pytest.mark.parametrize(
    "hosts",
    [
        [Host("a", "10.99.0.11"), Host("b", "10.99.0.11")],
        [Host("a", "10.99.0.11"), Host("a", "10.99.0.12")],
        [Host("a", "10.99.0.1")],
        [Host("a", "10.98.0.11")],
        [Host("../a", "10.99.0.11")],
    ],
    ids=["same address", "same name", "the auditor's address", "outside the network", "a path as name"],
)
def test_a_lab_that_cannot_work_is_refused_before_anything_starts(hosts: list[Host]) -> None:
    with pytest.raises(LabError):
        Lab(hosts)


def processes_of(cgroup: str) -> list[str]:
    """Pids of the processes in a lab's control group."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if f"/{cgroup}" in (process / "cgroup").read_text("ascii", errors="replace"):
                found.append(process.name)
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def network_namespaces() -> set[str]:
    """The network namespaces some process of this machine lives in."""
    found = set()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found.add(str((process / "ns/net").readlink()))
        except OSError:
            continue
    return found


def test_teardown_leaves_no_process_mount_namespace_folder_or_control_group(throwaway_hosts: None) -> None:
    before = Path("/proc/self/mountinfo").read_text("utf-8")
    with Lab([Host("gone-01", "10.99.0.14")]) as lab:
        lab.wait_ssh()
        folder, cgroup = lab.enclosure.folder, lab.enclosure.cgroup
        inside = Path(f"/proc/{lab.enclosure.pid}/ns/net").readlink()
        host = lab.run_inside("gone-01", "readlink /proc/self/ns/net").stdout.strip()
        assert processes_of(cgroup)
    assert processes_of(cgroup) == []
    assert not {str(inside), host} & network_namespaces()
    assert Path("/proc/self/mountinfo").read_text("utf-8") == before
    assert not folder.exists()
    assert not list(Path("/sys/fs/cgroup").glob(f"**/{cgroup}"))


DYING = """
import sys, time
from lab.enclosure import Enclosure
from lab.nspawn import Host, Lab
with Lab([Host("orphan-01", "10.99.0.15")]) as lab:
    lab.wait_ssh()
    print(lab.enclosure.cgroup, flush=True)
    time.sleep(60)
"""


def test_killing_the_program_ends_its_hosts(throwaway_hosts: None) -> None:
    program = subprocess.Popen([sys.executable, "-c", DYING], stdout=subprocess.PIPE, text=True)
    with program:
        cgroup = program.stdout.readline().strip() if program.stdout else ""
        assert cgroup, "the lab did not start"
        assert processes_of(cgroup)
        os.kill(program.pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while (left := processes_of(cgroup)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert left == []
    with Enclosure():
        assert not Path(tempfile.gettempdir(), cgroup).exists(), "the next lab sweeps what a killed one could not"
    assert not list(Path("/sys/fs/cgroup").glob(f"**/{cgroup}"))
