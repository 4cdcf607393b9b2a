"""JUnit XML as Jenkins' own schema wants it; what was not measured is never a success; nothing hostile gets through."""

import re
from pathlib import Path

import pytest
from lxml import etree
from report_changes_samples import waived_run
from report_poison import poisoned
from report_samples import large_run, sample_run

from checks.model.run import Run
from checks.model.verdict import Verdict
from reports.junit import render_junit

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "junit-10.xsd"))


def parsed(run: Run, lang="zh") -> etree._Element:
    """The document, read back and held against the schema."""
    root = etree.fromstring(render_junit(run, lang).encode())
    SCHEMA.assertValid(root)
    return root


def cases(root: etree._Element) -> dict[str, etree._Element]:
    """Cases by the id of their finding."""
    found = {}
    for case in root.iter("testcase"):
        if match := re.search(r"\((F-[0-9a-f]+)\)$", case.get("name")):
            found[match[1]] = case
    return found


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_is_valid(lang) -> None:
    parsed(sample_run(), lang)
    parsed(waived_run(), lang)


def test_a_run_without_findings_is_valid_too() -> None:
    root = parsed(sample_run().model_copy(update={"findings": (), "not_covered": ()}))
    assert root.get("tests") == "0"


def test_every_finding_is_one_case_and_only_what_passed_succeeds() -> None:
    run = sample_run()
    found = cases(parsed(run))
    assert set(found) == {finding.id for finding in run.findings}
    for finding in run.findings:
        children = [child.tag for child in found[finding.id]]
        expected = {Verdict.PASS: [], Verdict.FAIL: ["failure"], Verdict.PARTIAL: ["failure"]}
        assert children == expected.get(finding.verdict, ["skipped"]), finding


def test_what_was_not_measured_is_skipped_with_its_cause() -> None:
    run = sample_run()
    found = cases(parsed(run))
    for finding in (f for f in run.findings if f.verdict is Verdict.UNKNOWN):
        skipped = found[finding.id].find("skipped")
        assert skipped.get("type") == "unknown"
        assert "权限不足" in skipped.get("message")


def test_an_asset_that_was_not_reached_has_a_skipped_case_of_its_own() -> None:
    root = parsed(sample_run())
    [suite] = [s for s in root if s.get("package") == "ap-lib-01"]
    assert (suite.get("tests"), suite.get("skipped"), suite.get("failures")) == ("1", "1", "0")
    assert suite.find("testcase/skipped").get("message") == "22 端口连不上，见取证情况。"


def test_a_failure_says_what_was_seen_why_and_what_to_do() -> None:
    run = sample_run()
    finding = next(f for f in run.findings if f.check == "linux-ssh-idle-timeout" and f.verdict is Verdict.FAIL)
    failure = cases(parsed(run))[finding.id].find("failure")
    assert failure.get("message") == "不符合（中） 期望：在 1–600 之间 实测：0"
    for said in ("ssh 12 clientaliveinterval 0", "1. 先记下现在的设置", "风险：", f"dengbao explain {finding.id}"):
        assert said in failure.text


def test_a_waiver_in_force_skips_its_finding_and_an_expired_one_does_not() -> None:
    run = waived_run()
    found = cases(parsed(run))
    [accepted] = run.waived
    skipped = found[accepted].find("skipped")
    assert skipped.get("type") == "waived"
    assert "已豁免（holds）：李校长 批准至 2026-12-04" in skipped.get("message")
    assert "实测：" in skipped.get("message")
    [expired] = [use.findings[0] for use in run.waivers if use.state == "expired"]
    assert "已过期，按没有豁免处理：expired" in found[expired].find("failure").get("message")


def test_the_numbers_are_those_of_the_cases() -> None:
    root = parsed(waived_run())
    for suite in root:
        listed = suite.findall("testcase")
        assert int(suite.get("tests")) == len(listed)
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))
    assert int(root.get("failures")) == len(root.findall(".//failure"))
    assert [suite.get("id") for suite in root] == [str(number) for number in range(len(root))]


def test_a_case_keeps_its_name_from_run_to_run() -> None:
    """CI draws a test's history by class and name."""
    again = sample_run().model_copy(update={"id": "another"})
    names = [
        [(c.get("classname"), c.get("name")) for c in parsed(run).iter("testcase")] for run in (sample_run(), again)
    ]
    assert names[0] == names[1]
    assert len(set(names[0])) == len(names[0])


def test_attacks_leave_no_character_that_xml_or_a_reader_would_take_for_another() -> None:
    run, count = poisoned(waived_run())
    assert count > 500
    text = render_junit(run)
    SCHEMA.assertValid(etree.fromstring(text.encode()))
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u2028\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]", text)
    assert "<script" not in text
    assert not etree.fromstring(text.encode()).findall(".//img")


@pytest.mark.parametrize("hostile", ["x" * 1_000_000, "\ud800", "\x00", "]]>", "\uffff\ufffe", "&#0;", "a\nb\tc"])
def test_no_text_of_a_target_breaks_the_document(hostile: str) -> None:
    run = sample_run()
    broken = tuple(
        f.model_copy(update={"subject": hostile, "observed": hostile, "cause": hostile}) for f in run.findings
    )
    text = render_junit(run.model_copy(update={"findings": broken}))
    SCHEMA.assertValid(etree.fromstring(text.encode()))
    assert max(map(len, text.splitlines())) < 6_000


def test_thousands_of_findings_stay_valid() -> None:
    root = parsed(large_run(2000))
    assert int(root.get("tests")) == 2000 + len(large_run(2000).not_covered)
