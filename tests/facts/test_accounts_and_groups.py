"""Where a password came from, and who is in a group."""

import pytest

from checks.facts.registry import DERIVATIONS, parse_fact
from checks.facts.values import ParseError

TABLE = {"columns": ("file", "day")}


def account(lastchg: str, state: str = "set", program: str = "/bin/bash") -> str:
    return f"P\troot\t0\t0\t/root\t{program}\nS\troot\t{state}\tsha512\t{lastchg}\t0\t90\t7\t\t\t-\n"


def set_here(accounts: str, first_boot: str = "a\t20000\nb\t20010\n") -> list[str]:
    sources = (
        ("accounts", parse_fact("accounts", accounts, {})),
        ("first-boot", parse_fact("table", first_boot, TABLE)),
    )
    records = DERIVATIONS["password-origin"](sources).records or ()
    return [str(record.fields.get("set-here", "?")) for record in records]


@pytest.mark.parametrize(
    ("lastchg", "answer"),
    [("20010", "yes"), ("20009", "yes"), ("20008", "?"), ("19999", "?"), ("19998", "no"), ("0", "?"), ("", "?")],
    ids=["after", "that-day", "between", "tolerated", "before", "must-change", "no-date"],
)
def test_a_password_is_older_or_younger_than_the_machine_or_nothing_can_be_said(lastchg, answer):
    assert set_here(account(lastchg)) == [answer]


def test_accounts_without_password_or_shell_have_no_default_password():
    assert set_here(account("1", state="none")) == []
    assert set_here(account("1", program="/sbin/nologin")) == []


def test_those_whose_primary_group_it_is_are_members_too():
    accounts = "P\twang\t1000\t27\t/home/wang\t/bin/bash\nP\tli\t1001\t1001\t/home/li\t/bin/bash\n"
    sources = (
        ("groups", parse_fact("groups", "sudo\t27\tnone\tli\nempty\t5\tset\t\n", {})),
        ("accounts", parse_fact("accounts", accounts, {})),
    )
    records = DERIVATIONS["group-members"](sources).records or ()
    assert [(r.fields["group"], r.fields["member"]) for r in records] == [("sudo", "li"), ("sudo", "wang")]


@pytest.mark.parametrize("text", ["", "sudo 27 none li\n"])
def test_what_is_no_list_of_groups_is_refused(text):
    with pytest.raises(ParseError):
        parse_fact("groups", text, {})
