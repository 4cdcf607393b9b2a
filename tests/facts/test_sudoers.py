"""sudoers as sudo reads it: who may become root, how far, and with or without a password."""

import pytest

from checks.facts.registry import DERIVATIONS, parse_fact
from checks.facts.values import ParseError

HEAD = "==> /etc/sudoers <==\n"


def derived(name: str, text: str):
    return DERIVATIONS[name]((("sudoers", parse_fact("text", HEAD + text, {})),))


def grants(text: str) -> list[tuple[str, str, str, str, str]]:
    """(who, command, root, password, unlimited) of every rule, the flags as + and -."""
    keys = ("root", "password", "unlimited")
    return [
        (str(r.fields["who"]), str(r.fields["command"]), *("+" if r.fields[key] == "yes" else "-" for key in keys))
        for r in derived("sudo-grants", text).records or ()
    ]


def defaults(text: str) -> dict[str, list[str]]:
    return {name: [e.value for e in entries] for name, entries in derived("sudo-defaults", text).entries.items()}


@pytest.mark.parametrize(
    ("rule", "granted"),
    [
        ("wang ALL=(ALL:ALL) ALL", ("wang", "ALL", "+", "+", "+")),
        ("wang ALL=(ALL) NOPASSWD:ALL", ("wang", "ALL", "+", "-", "+")),
        ("wang ALL = NOPASSWD : ALL", ("wang", "ALL", "+", "-", "+")),
        ("%wheel\tALL=(ALL)\tALL  # the admins", ("%wheel", "ALL", "+", "+", "+")),
        ("#1000 ALL=(ALL) ALL #2024", ("#1000", "ALL", "+", "+", "+")),
        ("dba db-01=(postgres) ALL", ("dba", "ALL", "-", "+", "+")),
        ("dba ALL=(:adm) ALL", ("dba", "ALL", "-", "+", "+")),
        (
            "b ALL=(root) CWD=/srv NOEXEC: /usr/local/sbin/run -x a\\,b",
            ("b", "/usr/local/sbin/run -x a\\,b", "+", "+", "-"),
        ),
        ("b ALL = sha256:abc= /opt/run", ("b", "/opt/run", "+", "+", "-")),
        ("b ALL = /usr/bin/vim /etc/motd", ("b", "/usr/bin/vim /etc/motd", "+", "+", "+")),
        ("b ALL = /usr/local/bin/", ("b", "/usr/local/bin/", "+", "+", "+")),
        ("b ALL = /usr/bin/*", ("b", "/usr/bin/*", "+", "+", "+")),
    ],
)
def test_a_rule_says_who_may_run_what_as_whom(rule, granted):
    assert grants(rule + "\n") == [granted]


def test_runas_and_tags_hold_for_the_commands_behind_them():
    said = grants("b ALL = /opt/a, (root) NOPASSWD: /opt/b, /opt/c, PASSWD: /opt/d\n")
    assert [(command, password) for _, command, _, password, _ in said] == [
        ("/opt/a", "+"), ("/opt/b", "-"), ("/opt/c", "-"), ("/opt/d", "+"),
    ]  # fmt: skip


def test_what_is_taken_away_grants_nothing_and_limits_nothing():
    assert grants("wang ALL=(ALL) ALL, !/usr/bin/su\n") == [("wang", "ALL", "+", "+", "+")]


def test_aliases_stand_for_their_members_also_of_each_other_and_end():
    text = (
        "User_Alias ADMINS = wang, li : MORE = ADMINS, zhao\n"
        "Cmnd_Alias SHELLS = /bin/bash, \\\n  /bin/sh\nCmnd_Alias LOOP = LOOP\n"
        "MORE ALL = SHELLS\nwang ALL = LOOP\n"
    )
    assert [(who, command) for who, command, *_ in grants(text)] == [
        ("wang", "/bin/bash"), ("li", "/bin/bash"), ("zhao", "/bin/bash"),
        ("wang", "/bin/sh"), ("li", "/bin/sh"), ("zhao", "/bin/sh"),
    ]  # fmt: skip


def test_several_hosts_on_one_line_are_several_rules():
    assert [c for _, c, *_ in grants("wang web=/opt/a : db=NOPASSWD: /opt/b\n")] == ["/opt/a", "/opt/b"]


def test_root_itself_is_left_out():
    assert grants("root ALL=(ALL:ALL) ALL\n") == []


@pytest.mark.parametrize(
    "line", ["Defaults !authenticate", "Defaults:wang !authenticate", "Defaults exempt_group=sudo\n%sudo ALL=ALL"]
)
def test_defaults_can_let_somebody_do_without_a_password(line):
    assert "-" in {password for _, _, _, password, _ in grants(f"{line}\nwang ALL=(ALL) ALL\n")}


def test_the_last_default_counts_and_those_for_one_beside_it():
    assert defaults("Defaults timestamp_timeout=30\nDefaults timestamp_timeout = 5\n") == {"timestamp_timeout": ["5"]}
    assert defaults("Defaults syslog=auth\nDefaults:eve !syslog\n") == {"syslog": ["auth", "no"]}
    assert defaults('Defaults env_reset, !visiblepw, secure_path="/sbin:/bin", badpass_message="a, b"\n') == {
        "env_reset": ["yes"], "visiblepw": ["no"], "secure_path": ["/sbin:/bin"], "badpass_message": ["a, b"],
    }  # fmt: skip


def test_lists_are_set_added_to_and_taken_from():
    text = 'Defaults env_keep="A B"\nDefaults env_keep += "C D"\nDefaults env_keep -= B\n'
    assert defaults(text) == {"env_keep": ["A", "C", "D"]}
    assert defaults('Defaults env_keep += "LD_PRELOAD"\nDefaults env_keep = A\n') == {"env_keep": ["A"]}


@pytest.mark.parametrize("line", ["nonsense\n", "wang ALL\n", "wang=ALL\n", "Defaults =\n"])
def test_a_line_that_is_not_understood_makes_it_unknown(line):
    with pytest.raises(ParseError):
        derived("sudo-grants", line)


def test_aliases_of_aliases_are_followed_once():
    text = "".join(f"User_Alias A{n} = {', '.join([f'A{n + 1}'] * 9)}\n" for n in range(20)) + "A0 ALL = ALL\n"
    assert grants(text) == [("A20", "ALL", "+", "+", "+")]


def test_many_people_times_many_commands_are_refused():
    people, commands = (", ".join(f"{name}{n}" for n in range(3000)) for name in ("p", "/c"))
    with pytest.raises(ParseError, match="超过"):
        derived("sudo-grants", f"{people} ALL = {commands}\n")


def roles(accounts: str, groups: str, sudoers: str) -> dict[str, str]:
    by_name = {"accounts": parse_fact("accounts", accounts, {}), "groups": parse_fact("groups", groups, {})}
    members = DERIVATIONS["group-members"]((("groups", by_name["groups"]), ("accounts", by_name["accounts"])))
    sources = (
        ("accounts", by_name["accounts"]),
        ("group-members", members),
        ("sudo-grants", derived("sudo-grants", sudoers)),
    )
    records = DERIVATIONS["administrators"](sources).records or ()
    return {str(r.fields["name"]): str(r.fields["role"]) for r in records}


def account(name: str, uid: int, state: str = "set", program: str = "/bin/bash") -> str:
    return f"P\t{name}\t{uid}\t{uid}\t/home/{name}\t{program}\nS\t{name}\t{state}\tsha512\t1\t0\t90\t7\t\t\t-\n"


def test_administrators_are_those_who_really_can_whatever_the_way():
    accounts = "".join(account(name, 1000 + n) for n, name in enumerate(("wang", "li", "zhao", "sun", "qian")))
    groups = "sudo\t27\tnone\twang\ndocker\t9\tnone\tli\nadm\t4\tnone\twang,sun\n"
    sudoers = "%sudo ALL=(ALL) ALL\nzhao ALL=(root) /usr/bin/vim\nqian ALL=(postgres) ALL\n"
    assert roles(account("root", 0) + account("toor", 0) + accounts, groups, sudoers) == {
        "toor": "admin", "wang": "admin", "li": "admin", "zhao": "admin", "sun": "audit",
    }  # fmt: skip


def test_whoever_has_a_shell_counts_also_without_a_password():
    groups, sudoers = "sudo\t27\tnone\twang\n", "%sudo ALL=(ALL) ALL\n"
    assert roles(account("wang", 1000, state="none"), groups, sudoers) == {"wang": "admin"}
    assert roles(account("wang", 1000, program="/usr/sbin/nologin"), groups, sudoers) == {}
