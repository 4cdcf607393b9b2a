"""Reviews fix scripts: broken shell, unquoted words, changes that nobody remembered, acts that cannot be taken back.

A linter sees the text only; that a fix works and can be undone is proven on a throw-away host (`make test-fixes`).
"""

import re
import subprocess
from collections.abc import Iterator

from audit.gather.shellscan import scan
from audit.gather.shelltext import words
from checks.language.check import Check
from checks.language.load import Loaded
from checks.language.source import Problem
from checks.language.walk import parameters_used
from checks.model.fix import FixScript

KEEPERS = {"setting": 1, "ini_setting": 1, "put": 1, "remove": 9, "permissions": 1, "keep": 99}
"""Helpers of the prelude that remember files, and how many of their first words are files."""
CHANGES_ALL = words("rm mv chmod chown chgrp tee truncate touch setfacl")
CHANGES_LAST = words("cp ln install dd")
INSTEAD = {
    "systemctl": (r"(is-.*|show|status|cat|list-.*|daemon-reload)", "用 unit_off、unit_on 或 reload（它们记得原状态）"),
    "service": (r"$", "用 unit_off、unit_on 或 reload"),
    "sysctl": (r"-n|-b", "用 sysctl_setting"),
}
"""Programs only certain forms of which are fine, and what to use otherwise."""
NEVER = {
    **dict.fromkeys(
        words("userdel groupdel chpasswd newusers mkfs wipefs shred fdisk parted"), "撤销不了，写进 steps 由人做"
    ),
    **dict.fromkeys(
        words("apt-get apt aptitude dpkg yum dnf rpm pip"), "软件包由人先装：写进 steps，脚本里用 need 命令 软件包"
    ),
    **dict.fromkeys(words("curl wget nc ncat ssh scp sftp ftp"), "整改脚本不联网"),
    **dict.fromkeys(words("reboot shutdown halt poweroff kexec"), "重启由人选时间"),
    **dict.fromkeys(words("eval exec source . trap exit su sudo setsid nohup"), "做不下去用 stop，其余写成直接的命令"),
    **dict.fromkeys(
        words("python python3 perl ruby ed vi vim nano crontab"),
        "目标上不一定有，也看不出改了什么；用 setting、put 或 awk",
    ),
}
ACCOUNT_TOOLS = words("usermod chage gpasswd passwd chsh faillock")
VALIDATORS = ("sshd_setting", "pam_check", "sshd -t", "visudo -c", "nft -c", "iptables-restore --test")
_HERE = re.compile(r"<<-?\s*(['\"]?)(\w+)\1([^\n]*)\n(.*?)\n\s*\2(?=\n|$)", re.DOTALL)
_USED = re.compile(r"\$\{?([A-Za-z_]\w*)")
_ASSIGNED = re.compile(r"(?:^|[\s;({])(?:for\s+)?([A-Za-z_]\w*)(?==|\s+in\b)|\bread\s+(?:-r\s+)?([A-Za-z_][\w ]*)")


def lint_fixes(loaded: Loaded) -> list[Problem]:
    """Every objection to the fix scripts of all checks, with file and line."""
    problems = []
    for _, check in loaded.content.checks():
        for family, script in check.fix.scripts.items():
            where = loaded.provenance[check.id]
            found = [*_script(check, script), *_shell_errors(script)]
            problems += [
                where.problem(f"整改脚本（{family}）：{text}", "约定见 docs/fixes.md", ("fix", "scripts", family))
                for text in found
            ]
    return problems


def _script(check: Check, script: FixScript) -> Iterator[str]:
    yield from _text(script.apply, set(parameters_used(check)))
    if script.undo:
        yield from _text(script.undo, set(parameters_used(check)), undo=True)
    if check.fix.cuts_management and not any(word in script.apply for word in VALIDATORS):
        yield f"cuts_management 的整改要先验证再生效：用 {'、'.join(VALIDATORS[:4])} 之一"


def _shell_errors(script: FixScript) -> Iterator[str]:
    """What the machine's own `sh -n` says."""
    for name, text in (("apply", script.apply), ("undo", script.undo or ":")):
        whole = f"{name}() {{\n{text.rstrip()}\n}}\n"
        done = subprocess.run(["sh", "-n"], input=whole, capture_output=True, text=True, timeout=10, check=False)
        if done.returncode != 0:
            yield f"{name} 不是正确的 shell：{done.stderr.strip()[:200]}"


def _text(text: str, thresholds: set[str], *, undo: bool = False) -> Iterator[str]:
    bare = _HERE.sub(r"\3\n:", text)
    found = scan(bare)
    yield from found.faults
    for name in dict.fromkeys(found.unquoted):
        yield f'${name} 不在双引号里，请写成 "${name}"'
    if "fx_" in text:
        yield "fx_ 开头的是前言内部的名字，不要用"
    for name in dict.fromkeys(_USED.findall(_without_single_quotes(text))):
        if name not in thresholds | _assigned(text):
            yield f"${name} 没有赋过值，也不是这个检查用到的阈值（{'、'.join(sorted(thresholds)) or '没有'}）"
    commands = [[word.strip("\"'") for word in command] for command in found.commands]
    yield from _changes(commands, found.written, undo=undo)


def _without_single_quotes(text: str) -> str:
    return re.sub(r"'[^']*'", "''", re.sub(r"#[^'\n]*$", "", text, flags=re.MULTILINE))


def _assigned(text: str) -> set[str]:
    names = {name for pair in _ASSIGNED.findall(text) for part in pair for name in part.split()}
    return names | {"PATH", "HOME"}


def _changes(commands: list[list[str]], written: list[str], *, undo: bool) -> Iterator[str]:
    kept: set[str] = set()
    accounts = False
    for command in commands:
        name, arguments = command[0].rsplit("/", 1)[-1], command[1:]
        if name in KEEPERS:
            kept.update(arguments[: KEEPERS[name]])
        accounts = accounts or name == "keep_account"
        if name in NEVER:
            yield f"不用 {name}：{NEVER[name]}"
        if name in INSTEAD and not any(re.fullmatch(INSTEAD[name][0], word) for word in arguments[:1]):
            yield f"不直接用 {name}：{INSTEAD[name][1]}"
        if name in ACCOUNT_TOOLS and not accounts and not undo:
            yield f"{name} 之前要先 keep_account"
        if not undo:
            yield from (
                f"{name} 改了 {path}，之前没有 keep 过它" for path in _changed(name, arguments) if path not in kept
            )
    if not undo:
        for target in (word.strip("\"'") for word in written):
            if not target.startswith("/dev/") and target not in kept:
                yield f"输出重定向到 {target}，没有 keep 过它；用 put 更稳妥"


def _changed(name: str, arguments: list[str]) -> Iterator[str]:
    """The files a command changes, as far as its words tell."""
    paths = [word for word in arguments if word.startswith(("/", "$"))]
    if name in CHANGES_ALL or (name == "sed" and any(re.match(r"-[a-zA-Z]*i|--in-place", word) for word in arguments)):
        yield from paths
    elif name in CHANGES_LAST:
        yield from paths[-1:]
