"""The agreement page says what was recorded, and no difference goes unexplained."""

import pytest

from checks.model.verdict import Verdict
from lab.agreement import lynis, openscap
from lab.agreement.__main__ import PAGE, RECORDED
from lab.agreement.compare import Recorded, Said, compared, worst
from lab.agreement.mapping import Difference, Pair, mapping
from lab.agreement.page import page
from tests.hosts.expected_verdicts import table

PREFIX = "xccdf_org.ssgproject.content_rule_"
STREAM = f"""\
<xccdf-1.2:platform idref="cpe:/o:debian:debian_linux:11"/>
<xccdf-1.2:Rule selected="false" id="{PREFIX}sshd_set_idle_timeout" severity="medium">
  <xccdf-1.2:requires idref="{PREFIX}sshd_set_keepalive_0"/><xccdf-1.2:platform idref="#machine"/>
</xccdf-1.2:Rule>
<xccdf-1.2:Rule selected="false" id="{PREFIX}sshd_set_idle_timeout_more" severity="medium"></xccdf-1.2:Rule>
"""
REPORT = """\
lynis_version=3.0.8
details[]=SSH-7408|sshd|desc:sshd option MaxAuthTries;field:MaxAuthTries;prefval:3;value:6;|
suggestion[]=SSH-7408|Consider hardening SSH configuration|MaxAuthTries (set 6 to 3)|-|
warning[]=AUTH-9204|Multiple users with UID 0 found in passwd file|-|-|
tests_executed=SSH-7408|AUTH-9204|LOGG-2130|
"""
PAIR = Pair(check="linux-x", openscap=("rule_x",), lynis=("SSH-7408 MaxAuthTries",))


def recorded(theirs: str, ours: str) -> Recorded:
    said = {"openscap": {"rule_x": theirs}, "lynis": {}, "dengbao": {"linux-x": ours}}
    return Recorded(date="2026-01-01", versions={}, hosts={"stock": Said.model_validate(said)})


def test_the_page_is_what_the_recorded_run_and_the_mapping_say() -> None:
    run = Recorded.model_validate_json(RECORDED.read_text("utf-8"))
    assert page(run, compared(mapping(), run)) == PAGE.read_text("utf-8"), "run `python -m lab.agreement page`"


def test_the_recorded_verdicts_are_those_of_the_table_of_the_three_hosts() -> None:
    run = Recorded.model_validate_json(RECORDED.read_text("utf-8"))
    expected = {(r.host, r.check): set[str]() for r in table()}
    for row in table():
        expected[row.host, row.check] |= set(row.verdicts)
    for host, said in run.hosts.items():
        for pair in mapping():
            assert said.dengbao[pair.name].value in expected[host, pair.check], (host, pair.name)


@pytest.mark.parametrize(
    ("theirs", "ours"), [("pass", "fail"), ("fail", "pass"), ("fail", "unknown"), ("pass", "not-applicable")]
)
def test_a_difference_nobody_explained_is_an_error(theirs: str, ours: str) -> None:
    pair = PAIR.model_copy(update={"lynis": ()})
    with pytest.raises(ValueError, match=f"unexplained: linux-x on stock: openscap .* says {theirs}, we say {ours}"):
        compared([pair], recorded(theirs, ours))
    reason = Difference(tool="openscap", hosts={"stock": (theirs, Verdict(ours))}, why="because")  # type: ignore[arg-type]
    (found,) = compared([pair.model_copy(update={"differs": (reason,)})], recorded(theirs, ours))
    assert (found.agrees, found.why) == (False, "because")


@pytest.mark.parametrize(
    ("theirs", "ours"), [("pass", "pass"), ("fail", "partial"), ("notapplicable", "not-applicable")]
)
def test_agreement_needs_no_reason_and_a_reason_left_over_is_an_error(theirs: str, ours: str) -> None:
    pair = PAIR.model_copy(update={"lynis": ()})
    assert compared([pair], recorded(theirs, ours))[0].agrees
    reason = Difference(tool="openscap", hosts={"stock": ("pass", Verdict.FAIL)}, why="because")
    with pytest.raises(ValueError, match="a reason for what is not so: linux-x on stock"):
        compared([pair.model_copy(update={"differs": (reason,)})], recorded(theirs, ours))


def test_the_worst_of_our_findings_counts_and_a_subject_narrows_them() -> None:
    findings = [("linux-x", "a", "pass"), ("linux-x", "b", "fail"), ("linux-y", "", "unknown")]
    assert worst(PAIR, findings) is Verdict.FAIL
    assert worst(PAIR.model_copy(update={"subject": "a"}), findings) is Verdict.PASS
    with pytest.raises(ValueError, match="nothing about linux-x"):
        worst(PAIR, [])


def test_the_data_stream_loses_its_release_line_and_gains_exactly_the_rules_asked_for() -> None:
    text = openscap.adapted(STREAM, ["sshd_set_idle_timeout"])
    assert "debian_linux" not in text
    assert "requires" not in text
    assert "#machine" in text
    assert text.count('selected="true"') == 1
    with pytest.raises(ValueError, match="no rule sshd_gone"):
        openscap.adapted(STREAM, ["sshd_gone"])
    with pytest.raises(ValueError, match="no platform line"):
        openscap.adapted(STREAM.replace("debian_linux:11", "debian_linux:12"), [])


def test_results_of_openscap_are_read_from_its_progress_lines() -> None:
    said = f"{PREFIX}sshd_enable_pam:pass\n{PREFIX}package_inetutils-telnetd_removed:notapplicable\nWARNING: x\n"
    assert openscap.results(said) == {"sshd_enable_pam": "pass", "package_inetutils-telnetd_removed": "notapplicable"}


def test_results_of_lynis_are_complaints_by_test_and_silence_of_a_test_that_ran_is_content() -> None:
    found = lynis.results(REPORT)
    assert found["LOGG-2130"] == []
    assert found["AUTH-9204"] == ["Multiple users with UID 0 found in passwd file"]
    assert len(found["SSH-7408"]) == 2
    said = Said.model_validate({"openscap": {"rule_x": "pass"}, "lynis": found, "dengbao": {"linux-x": "fail"}})
    run = Recorded(date="2026-01-01", versions={}, hosts={"stock": said})
    pairs = [
        Pair(check="linux-x", lynis=(test,)) for test in ("SSH-7408 MaxAuthTries", "SSH-7408 MaxSessions", "FINT-4350")
    ]
    with pytest.raises(ValueError, match=r"(?s)MaxSessions\) says pass.*FINT-4350\) says notapplicable") as caught:
        compared(pairs, run)
    assert "MaxAuthTries" not in str(caught.value)
