"""The shell that reads services, packages, kernel and network of a server: in each shell that targets have."""

import os
import shutil
from pathlib import Path

import pytest

from checks.facts.registry import parse_fact
from tests.content.shells import SHELLS, attempt, needs_root, run

WORD = "Gu-Secret"
pytestmark = pytest.mark.parametrize("shell", SHELLS)


def folder(path: Path, **files: str) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (path / name.replace("__", ".")).write_text(text)
    return path


def etc(tmp_path: Path) -> Path:
    """An /etc of the test's own in which programs are still found (awk is reached through alternatives)."""
    made = folder(tmp_path / "etc")
    shutil.copytree("/etc/alternatives", made / "alternatives", symlinks=True)
    return made


@needs_root
def test_services_on_demand_are_those_that_are_not_switched_off(shell, tmp_path: Path) -> None:
    place = etc(tmp_path)
    (place / "inetd.conf").write_text("# telnet off\nftp stream tcp nowait root /usr/sbin/in.ftpd\n#<off># shell x\n")
    folder(
        place / "xinetd.d",
        tftp="service tftp\n{\n  socket_type = dgram\n  disable = no\n}\n",
        rsync="service rsync\n{\n\tdisable\t= yes\n}\n",
        plain="service time\n{\n}\n",
    )
    text = run("linux", "db_inetd_lines; db_xinetd_lines", shell, mounted={"/etc": place})
    assert {line.split("\t")[0] for line in text.splitlines()} == {"ftp", "tftp", "time"}


@needs_root
def test_snmp_communities_come_as_classes_never_as_words(shell, tmp_path: Path) -> None:
    place = folder(
        tmp_path / "snmp",
        snmpd__conf="# rocommunity nobody\nrocommunity public\nrwcommunity Gu-Secret-2026 10.9.0.7\n"
        'rocommunity6 "private" ::/0\ncom2sec -Cn ctx ops 10.9.0.0/24 Other-Secret\ncom2sec all default public\n'
        "includeDir /etc/snmp/snmpd.conf.d\ncreateUser wang SHA Pass-Secret AES Priv-Secret\nrouser wang priv",
    )
    text = run("linux", "db_snmp", shell, mounted={"/etc": _with(tmp_path, "snmp", place)})
    assert "Secret" not in text
    assert text.splitlines() == [
        "read\tdefault\tany",
        "write\t14\tlimited",
        "read\tdefault\tany",
        "mapped\t12\tlimited",
        "mapped\tdefault\tany",
    ]


@needs_root
def test_an_snmp_configuration_that_includes_others_is_not_seen_whole(shell, tmp_path: Path) -> None:
    place = folder(tmp_path / "snmp", snmpd__conf="includeDir /etc/snmp/more\n")
    assert attempt("linux", "db_snmp", shell, mounted={"/etc": _with(tmp_path, "snmp", place)}).returncode == 78


def _with(tmp_path: Path, name: str, place: Path) -> Path:
    made = etc(tmp_path)
    shutil.copytree(place, made / name)
    return made


@needs_root
def test_the_container_api_in_the_daemon_s_file(shell, tmp_path: Path) -> None:
    place = folder(
        tmp_path / "docker",
        daemon__json='{\n  "hosts": ["unix:///var/run/docker.sock",\n "tcp://0.0.0.0:2375"],\n  "tlsverify" : true\n}\n',
    )
    text = run("linux", "db_container_api", shell, mounted={"/etc": _with(tmp_path, "docker", place)})
    assert text.splitlines() == ["host unix:///var/run/docker.sock", "host tcp://0.0.0.0:2375", "verify yes"]


def test_the_container_api_in_the_daemon_s_arguments(shell) -> None:
    said = run(
        "linux",
        "db_container_words '/usr/bin/dockerd -H fd:// --host=tcp://10.9.0.5:2376 -Htcp://[::]:2375 --tlsverify'",
        shell,
    )
    assert said.splitlines() == ["host fd://", "host tcp://10.9.0.5:2376", "host tcp://[::]:2375", "verify yes"]
    assert run("linux", "db_container_words '/usr/bin/dockerd --tlsverify=false -H'", shell) == ""


@needs_root
def test_panels_tell_port_and_encryption(shell, tmp_path: Path) -> None:
    place = _with(tmp_path, "webmin", folder(tmp_path / "w", miniserv__conf="port=12000\nssl=0\nlogpass=Secret\n"))
    folder(place / "cockpit", cockpit__conf="[WebService]\nAllowUnencrypted = true\n")
    panel = folder(tmp_path / "www" / "server" / "panel" / "data", port__pl="8899\n", ssl__pl="True")
    text = run("linux", "db_panels", shell, mounted={"/etc": place, "/mnt": tmp_path / "www"})
    assert "Secret" not in text
    assert "webmin\ttcp/12000\tno" in text.splitlines()
    assert panel.is_dir()


@needs_root
def test_package_sources_come_without_the_passwords_written_in_them(shell, tmp_path: Path) -> None:
    place = etc(tmp_path)
    folder(
        place / "yum.repos.d",
        x__repo=f"[x]\nbaseurl=https://wang:{WORD}@m.example/y\nusername=wang\npassword=Gu-Secret\nproxy_password = Gu-Secret\ngpgcheck=1\n",
    )
    folder(place / "apt", sources__list=f"deb [trusted=yes] http://li:{WORD}@d.example/deb ./")
    text = run("linux", "db_repositories", shell, mounted={"/etc": place})
    assert "Secret" not in text
    assert {row.fields["signed"] for row in parse_fact("repositories", text, {}).records or ()} == {"yes", "no"}


def test_kernel_parameters_are_read_whole(shell) -> None:
    """One byte at a time (`read` of dash) /proc/sys ends after the first digit."""
    entries = parse_fact("keyvalue", run("linux", "db_kernel_parameters", shell), {}).entries
    for name in ("kernel.randomize_va_space", "net.ipv4.ip_forward", "kernel.core_pattern"):
        assert entries[name][0].value == Path("/proc/sys", name.replace(".", "/")).read_text().strip()


@needs_root
@pytest.mark.network
def test_network_parameters_of_the_interfaces_that_are_up(shell) -> None:
    command = "ip link add up0 type veth peer name down0; ip addr add 10.9.9.1/24 dev up0; ip link set up0 up; "
    text = run("linux", command + "db_network_parameters", ("unshare", "--net", *shell))
    records = parse_fact("network-parameters", text, {}).records or ()
    assert {record.fields["interface"] for record in records} == {"up0"}


def test_kernels_and_packages_of_this_machine(shell) -> None:
    assert (
        parse_fact("kernels", run("linux", "db_kernels", shell), {}).entries["running"][0].value == os.uname().release
    )
    names = {row.fields["name"] for row in parse_fact("packages", run("linux", "db_packages", shell), {}).records or ()}
    assert {"bash", "dpkg", "coreutils"} <= names


@needs_root
def test_rpm_is_asked_without_root_so_that_it_cannot_write_its_database(shell, tmp_path: Path) -> None:
    tools = folder(
        tmp_path / "bin", rpm='#!/bin/sh\necho "uid $(id -u) $*" >&2\nprintf "ii \\tbash\\t(none):4.2-1\\tx86_64\\n"\n'
    )
    (tools / "rpm").chmod(0o755)
    tmp_path.chmod(0o755)
    for place in (tools, tmp_path, *tmp_path.parents[:-2]):
        place.chmod(place.stat().st_mode | 0o055)
    (tmp_path / "empty").mkdir()
    done = attempt("linux", f"PATH={tools}:$PATH; db_packages", shell, mounted={"/var/lib/dpkg": tmp_path / "empty"})
    assert done.returncode == 0, done.stderr
    assert done.stderr.startswith("uid 65534 -qa")
    assert parse_fact("packages", done.stdout, {}).records


@needs_root
def test_usb_storage_is_blocked_by_install_or_blacklist(shell, tmp_path: Path) -> None:
    for line, said in (
        ("install usb-storage /bin/true", "yes"),
        ("blacklist usb_storage", "yes"),
        ("# blacklist usb-storage", "no"),
        ("install usb-storage /sbin/x", "no"),
    ):
        shutil.rmtree(tmp_path / "etc", ignore_errors=True)
        place = etc(tmp_path)
        folder(place / "modprobe.d", a__conf=line)
        assert f"blocked {said}" in run("linux", "db_usb_storage", shell, mounted={"/etc": place}).splitlines()


@needs_root
def test_who_may_use_cron(shell, tmp_path: Path) -> None:
    place = etc(tmp_path)
    (place / "at.allow").write_text("root\n")
    entries = parse_fact("keyvalue", run("linux", "db_cron_users", shell, mounted={"/etc": place}), {}).entries
    assert (entries["cron-allow"][0].value, entries["at-allow"][0].value) == ("absent", "present")


@needs_root
def test_outdated_processes_are_those_with_a_replaced_library(shell, tmp_path: Path) -> None:
    library = next(Path("/usr/lib").glob("*/libz.so.1"), None) or next(Path("/lib").glob("*/libc.so.6"))
    copy = tmp_path / "lib"
    copy.mkdir()
    shutil.copy(library, copy / "libold.so.1")
    script = f"LD_PRELOAD={copy}/libold.so.1 sleep 5 & sleep 0.3; rm {copy}/libold.so.1; db_outdated_processes; kill $!"
    said = run("linux", script, shell)
    assert "process sleep" in said.splitlines()
    assert said.splitlines()[0].startswith("scanned ")


def test_outlets_of_this_machine_and_proxies_without_their_address(shell, tmp_path: Path) -> None:
    text = run("linux", "db_outlets", shell)
    assert parse_fact("outlets", text, {}).records


@needs_root
def test_a_proxy_is_told_by_its_file_only(shell, tmp_path: Path) -> None:
    place = etc(tmp_path)
    (place / "environment").write_text(f'http_proxy="http://wang:{WORD}@10.9.0.7:3128"\n')
    (place / "wgetrc").write_text("#https_proxy = http://x/\n")
    text = run("linux", "db_outlets", shell, mounted={"/etc": place})
    assert "Secret" not in text
    assert [line for line in text.splitlines() if line.startswith("proxy")] == ["proxy\t/etc/environment\t-\t-"]


def test_host_keys_tell_length_and_kind(shell) -> None:
    text = run("linux", "db_host_keys", shell)
    for row in parse_fact("table", text, {"columns": ("path", "bits", "kind")}).records or ():
        assert str(row.fields["bits"]).isdigit()


@needs_root
def test_tcp_wrappers_come_as_written(shell, tmp_path: Path) -> None:
    place = etc(tmp_path)
    (place / "hosts.deny").write_text("ALL: ALL")
    text = run("linux", "db_tcp_wrappers", shell, mounted={"/etc": place})
    assert text.startswith("==> /libwrap <==\n")
    assert text.endswith("==> /etc/hosts.deny <==\nALL: ALL\n")


def test_intrusion_detection_is_what_is_installed_and_whether_it_runs(shell, tmp_path: Path) -> None:
    (tmp_path / "agent").touch()
    (tmp_path / "sleeper").touch()
    rows = f"A sleep {tmp_path}/agent\nB no-such-process {tmp_path}/sleeper\nC sleep {tmp_path}/not-installed\n"
    said = run("linux", f"sleep 5 & printf '%s' '{rows}' | db_intrusion_detection; kill $!", shell)
    assert said.splitlines() == ["A\tyes", "B\tno"]
