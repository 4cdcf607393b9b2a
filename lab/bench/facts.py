"""A hundred cheap read-only facts that any Linux server has and that do not change while a bench runs."""

from collections.abc import Iterator

from checks.language.platform import FactsFile, FactSpec, PlatformInfo
from checks.model.asset import AssetClass
from checks.model.text import Text

PLATFORM = "bench"


def words(text: str) -> list[str]:
    """A table written as running text."""
    return text.split()


FILES = words(
    """
/etc/passwd /etc/group /etc/hosts /etc/hostname /etc/os-release /etc/login.defs /etc/nsswitch.conf /etc/shells
/etc/services /etc/protocols /etc/profile /etc/host.conf /etc/ld.so.conf /etc/debian_version /etc/issue /etc/issue.net
/etc/bash.bashrc /etc/networks /proc/version /proc/filesystems
"""
)
MODES = words(
    """
/etc/passwd /etc/shadow /etc/group /etc/gshadow /etc/hosts /etc/login.defs /etc/profile /etc/shells /etc/services
/etc/ssh /etc/pam.d /etc/security /etc/cron.d /etc/cron.daily /etc/init.d /boot /root /usr/bin/passwd /bin/su /var/log
"""
)
SETTINGS = words(
    """
net.ipv4.ip_forward net.ipv4.tcp_syncookies net.ipv4.conf.all.accept_redirects net.ipv4.conf.all.send_redirects
net.ipv4.conf.all.accept_source_route net.ipv4.conf.all.rp_filter net.ipv4.conf.all.log_martians
net.ipv4.conf.default.accept_redirects net.ipv4.conf.default.send_redirects net.ipv4.conf.default.rp_filter
net.ipv4.icmp_echo_ignore_broadcasts net.ipv4.icmp_ignore_bogus_error_responses kernel.randomize_va_space
kernel.sysrq kernel.core_pattern kernel.kptr_restrict fs.suid_dumpable fs.protected_hardlinks fs.protected_symlinks
kernel.pid_max
"""
)
COUNTS = words(
    """
root:/etc/passwd nologin:/etc/passwd bash:/etc/passwd false:/etc/passwd sudo:/etc/group adm:/etc/group shadow:/etc/group
PASS_MAX_DAYS:/etc/login.defs PASS_MIN_DAYS:/etc/login.defs PASS_WARN_AGE:/etc/login.defs UMASK:/etc/login.defs
ENCRYPT_METHOD:/etc/login.defs LOGIN_RETRIES:/etc/login.defs passwd:/etc/nsswitch.conf shadow:/etc/nsswitch.conf
umask:/etc/profile TMOUT:/etc/profile localhost:/etc/hosts ID:/etc/os-release telnet:/etc/services
"""
)
NAMES = words(
    """
passwd:root passwd:daemon passwd:bin passwd:sys passwd:nobody group:root group:shadow group:adm services:ssh protocols:tcp
"""
)
OTHERS = (
    "id -u",
    "uname -s",
    "uname -m",
    "uname -r",
    "readlink -f /bin/sh",
    "wc -l /etc/passwd",
    "ls -d /etc/ssh",
    "awk -F: '$3 == 0 {print $1}' /etc/passwd",
    "cut -d: -f7 /etc/passwd | sort | uniq -c",
    "test ! -e /etc/hosts.equiv && echo none",
)


def _facts() -> Iterator[tuple[str, FactSpec]]:
    for number, path in enumerate(FILES):
        yield f"file-{number}", FactSpec(file=path)
    for number, path in enumerate(MODES):
        yield f"mode-{number}", FactSpec(run=f"stat -c %a:%U:%G {path}")
    for number, key in enumerate(SETTINGS):
        yield f"setting-{number}", FactSpec(run=f"sysctl -n {key}")
    for number, (word, path) in enumerate(entry.split(":") for entry in COUNTS):
        yield f"count-{number}", FactSpec(run=f"grep -c {word} {path}", ok_exit=(0, 1))
    for number, (database, name) in enumerate(entry.split(":") for entry in NAMES):
        yield f"name-{number}", FactSpec(run=f"getent {database} {name}")
    for number, command in enumerate(OTHERS):
        yield f"other-{number}", FactSpec(run=command)


FACTS = FactsFile(
    platform=PlatformInfo(title=Text(zh="测速用的一百个事实", en="A hundred facts"), classes=(AssetClass.SERVER,)),
    facts=dict(_facts()),
)


def command(spec: FactSpec) -> str:
    """The command by which a tool without batches obtains the fact."""
    return spec.run or f"cat {spec.file}"
