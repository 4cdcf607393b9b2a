"""What sudoers comes to: the settings in force, and who may become root, how far, and with or without a password."""

from collections.abc import Iterable, Sequence

from checks.facts.sudoers import Rule, Setting, read_sudoers
from checks.facts.values import Entry, Parsed, Record

LISTS = ("env_keep", "env_check", "env_delete")
_ESCAPES = (
    "sh bash dash zsh ksh csh tcsh fish ash busybox su sudo sudoedit env vi vim view nano ed emacs less more man find awk "
    "gawk perl python python2 python3 ruby php lua tclsh expect gdb strace tar zip rsync cp mv install dd tee chmod chown "
    "passwd chpasswd usermod useradd visudo vipw crontab at systemctl systemd-run docker podman nsenter chroot unshare ssh "
    "scp git xargs nohup timeout nice watch script screen tmux mount dpkg apt apt-get yum dnf rpm pip pip3"
)
ESCAPES = frozenset(_ESCAPES.split())
"""Programs by which whoever may run them as root gets a root shell or writes any file."""
PROGRAM_FOLDERS = ("/", "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/")


def sudo_defaults(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries, one a parameter of Defaults (yes, no or its value; lists a value a word). Source: sudoers.

    The last line for all counts; what is written for one user, host, command or target counts beside it.
    """
    ((_, parsed),) = parts
    found: dict[str, list[Entry]] = {}
    for setting in read_sudoers(parsed).settings:
        found[setting.name] = _merged(found.get(setting.name, []), setting)
    return Parsed(lines=parsed.lines, entries={name: tuple(entries) for name, entries in found.items() if entries})


def _merged(known: list[Entry], setting: Setting) -> list[Entry]:
    if setting.name in LISTS and setting.operator:
        words = [Entry(word, setting.line) for word in setting.value.split()]
        if setting.operator == "-=":
            gone = {entry.value for entry in words}
            return [entry for entry in known if entry.value not in gone]
        return [*known, *words] if setting.operator == "+=" or setting.scope else words
    own = Entry(setting.value, setting.line)
    return [*known, own] if setting.scope else [own]


def sudo_grants(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records, one for everybody but root that may run a command: who, command, root (yes: as root), password (yes: asked
    for), unlimited (yes: it makes root of whoever runs it). Source: sudoers.
    """
    ((_, parsed),) = parts
    sudoers = read_sudoers(parsed)
    free = _unasked(sudoers.settings)
    rules = [rule for rule in sudoers.rules if rule.who not in ("root", "#0")]
    return Parsed(lines=parsed.lines, records=tuple(_grant(rule, free) for rule in rules))


def _unasked(settings: Iterable[Setting]) -> frozenset[str]:
    """Whom Defaults let do without a password: names, or ALL."""
    asked: dict[str, bool] = {}
    for setting in settings:
        if setting.name == "authenticate" and setting.scope[:1] in ("", ":", "!", ">", "@"):
            who = setting.scope[1:] if setting.scope.startswith(":") else "ALL"
            asked[who] = setting.value == "yes"
        if setting.name == "exempt_group" and setting.operator:
            asked[f"%{setting.value}"] = False
    return frozenset(who for who, yes in asked.items() if not yes)


def _grant(rule: Rule, free: frozenset[str]) -> Record:
    unasked = "NOPASSWD" in rule.tags or bool(free & {"ALL", rule.who})
    fields = {
        "who": rule.who,
        "command": rule.command[:200],
        "root": _yes(_as_root(rule.runas)),
        "password": _yes(not unasked),
        "unlimited": _yes(_unlimited(rule.command)),
    }
    return Record(fields, rule.line)


def _as_root(runas: str) -> bool:
    return not runas or bool(set(runas.split(",")) & {"root", "ALL", "#0"})


def _unlimited(command: str) -> bool:
    words: Sequence[str] = command.split()
    program = words[0] if words else ""
    if program == "ALL" or program in PROGRAM_FOLDERS:
        return True
    folder, _, name = program.rpartition("/")
    return name in ESCAPES or name.startswith("*") or "*" in folder


def _yes(value: bool) -> str:
    return "yes" if value else "no"
