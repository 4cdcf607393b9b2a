"""Reviews facts.yaml: what would write, act, open a log, or let a target's words become shell text."""

import re
from collections.abc import Iterator

from audit.gather.shellscan import Scan, scan
from audit.gather.shelltext import split_functions, words
from checks.language.platform import FactsFile, FactSpec

WRITES = words(
    "rm rmdir mv cp tee touch chmod chown chgrp chattr setfacl setcap ln mkdir mknod mkfifo mktemp dd truncate install "
    "shred split csplit sponge rsync patch ed ex vi vim nano"
)
ACTS = words(
    "kill pkill killall skill reboot shutdown halt poweroff init telinit mount umount swapon swapoff modprobe rmmod insmod "
    "useradd userdel usermod groupadd groupdel groupmod gpasswd chpasswd newusers vipw visudo chsh chfn su sudo doas "
    "service rc-service update-rc.d chkconfig update-alternatives logger wall write mail sendmail at batch nohup setsid "
    "renice setenforce setsebool restorecon semanage pam-auth-update authselect authconfig faillock_reset aa-enforce "
    "aa-complain ntpdate hwclock"
)
TALKS = words("curl wget nc ncat netcat socat ssh scp sftp ftp telnet ping nmap dig nslookup redis-cli mysql psql")
SHELLS = words("eval exec source . sh bash dash ash busybox python python3 perl ruby php lua trap")
REASONS = ((WRITES, "会写文件"), (ACTS, "会改变系统"), (TALKS, "会发起连接或登录"), (SHELLS, "会执行别处来的文本"))

# Programs that can read and can act: the words that make them act, or the only forms that read.
FORBIDDEN_WORDS = {
    "sed": r"-i.*|--in-place.*|-[a-z]*i[a-z]*",
    "find": r"-delete|-exec|-execdir|-ok|-okdir|-fprint.*|-fls",
    "sort": r"-o.*|--output.*",
    "awk": r".*(system\(|getline|print[^}]*>).*",
    "gawk": r".*(system\(|getline|print[^}]*>).*",
    "sysctl": r"-w|--write|-p.*|--load.*|--system|.+=.+",
    "date": r"-s.*|--set.*",
    "hostname": r"[^-].*",
    "ip": r"add|del|delete|set|flush|change|replace|append",
    "journalctl": r"--rotate|--vacuum.*|--flush|--sync|--relinquish-var|--setup-keys",
    "dmesg": r"-c|-C|--clear|--read-clear|-n.*|-D|-E",
    "auditctl": r"-[aAdDeEbfrRwWk].*",
    "rpm": r"-[iUFeV].*|--import|--rebuilddb|--initdb",
    "faillock": r"--reset",
    "pam_tally2": r"--reset.*|-r.*",
    "ss": r"-K|--kill",
    "iptables": r"-[ADIRFXPNZEC].*",
    "ip6tables": r"-[ADIRFXPNZEC].*",
    "nginx": r"-s|-T|-t",
    "apachectl": r"start|stop|restart|graceful.*",
}
ONLY_FORMS = {
    "systemctl": r"(is-active|is-enabled|is-failed|is-system-running|show|cat|status|list-[a-z-]+|get-default|--version)",
    "timedatectl": r"(status|show|show-timesync|timesync-status|--.*)",
    "passwd": r"(-S|--status)",
    "chage": r"(-l|-li|--list)",
    "crontab": r"-l",
    "apt-get": r"(-s|--simulate|--just-print|--dry-run)",
    "apt": r"list",
    "dpkg": r"(-l|-L|-s|-S|--list|--listfiles|--status|--search|--get-selections|--compare-versions)",
    "nft": r"list",
    "ufw": r"(status|show|version)",
    "firewall-cmd": r"--(state|list-.*|get-.*|query-.*|zone=.*|permanent)",
    "chronyc": r"(-n|-a|sources|sourcestats|tracking|activity|ntpdata)",
    "sshd": r"(-T|-V|-\?)",
    "docker": r"(ps|version|info|inspect|images)",
}
_PREFIXES = words("command env nice ionice timeout xargs stdbuf")


def lint_facts(facts_file: FactsFile) -> list[str]:
    """Every objection to a platform's facts, each naming the fact and what to write instead; empty when none."""
    problems: list[str] = []
    try:
        functions = split_functions(facts_file.functions)
    except ValueError as error:
        functions, problems = {}, [str(error)]
    instance = {v for source in facts_file.sources.values() for v in source.variables}
    for variable in sorted(instance):
        if variable.startswith("db_") or variable in ("path", "ifs", "env", "status"):
            problems.append(f"来源的变量 {variable} 与 shell 或批处理自己的变量同名，请换一个名字")
    for name, source in facts_file.sources.items():
        problems += [f"来源 {name}：{text}" for text in _command(source.run)]
    for name, spec in facts_file.facts.items():
        problems += [f"事实 {name}：{text}" for text in _fact(spec)]
    for name, body in functions.items():
        inside = body[body.index(")") + 1 :].strip()[1:-1]
        problems += [f"函数 {name}：{text}" for text in _function(inside, instance)]
    return problems


def _fact(spec: FactSpec) -> Iterator[str]:
    if spec.run is not None:
        yield from _command(spec.run)
    for path in [p for p in (spec.file, spec.dated_by, *(spec.files or ())) if p]:
        if not path.startswith(("/", "$", '"$')) or "/../" in path or re.search(r"[`\\;&|<>\n'\"]|\$\(", path):
            yield f"路径 {path} 要写成绝对路径，不带 .. 和 shell 的特殊字符"


def _command(text: str) -> Iterator[str]:
    found = scan(text)
    for name in dict.fromkeys(found.unquoted):
        yield f'变量 ${name} 不在双引号里，请写成 "${name}"'
    yield from _common(found)


def _function(text: str, instance: set[str]) -> Iterator[str]:
    """Functions may split lists of their own; what comes from outside must stay quoted."""
    found = scan(text)
    for name in dict.fromkeys(found.unquoted):
        if name in instance or name.startswith("db_") or re.fullmatch(r"[0-9@*]", name):
            yield f'变量 ${name} 不在双引号里，请写成 "${name}"'
    yield from _common(found)


def _common(found: Scan) -> Iterator[str]:
    yield from found.faults
    for target in found.written:
        if target != "/dev/null":
            yield f"输出重定向到 {target or '（空）'}：只允许 /dev/null"
    for command in found.commands:
        yield from _program([word.strip("\"'") for word in command])


def _program(words: list[str]) -> Iterator[str]:
    while words and words[0] in _PREFIXES:
        words = words[1:]
        while words and (re.match(r"-|[0-9.]+[smh]?$|[A-Za-z_]+=", words[0])):
            words = words[1:]
    if not words:
        return
    name, arguments = words[0].rsplit("/", 1)[-1], words[1:]
    for names, reason in REASONS:
        if name in names:
            yield f"命令 {name} {reason}，采集只许读取"
    if (bad := FORBIDDEN_WORDS.get(name)) and (hit := [a for a in arguments if re.fullmatch(bad, a, re.DOTALL)]):
        yield f"命令 {name} 带 {hit[0][:40]} 时不只是读取"
    if (only := ONLY_FORMS.get(name)) and not any(re.fullmatch(only, a) for a in arguments):
        yield f"命令 {name} 只允许读取的写法：{only.strip('()')}"
