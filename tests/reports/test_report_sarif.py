"""SARIF 2.1.0 as its schema wants it, and as readers take it: kinds, suppressions, fingerprints, inert texts."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import jsonschema
import pytest
from report_changes_samples import waived_run
from report_poison import poisoned
from report_samples import large_run, sample_run

from checks.model.run import Run
from checks.model.verdict import Verdict
from reports.sarif import FINGERPRINT, render_sarif

SCHEMA = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
VALIDATOR = jsonschema.Draft4Validator(SCHEMA)


def log(run: Run, **options: Any) -> dict[str, Any]:
    """The one run of the log, after the schema accepted all of it."""
    document = json.loads(render_sarif(run, **options))
    errors = [f"{list(error.absolute_path)}: {error.message[:200]}" for error in VALIDATOR.iter_errors(document)]
    assert errors == []
    [only] = document["runs"]
    return only


def by_finding(sarif_run: dict[str, Any]) -> dict[str, Any]:
    """Results by the id of their finding."""
    return {result["partialFingerprints"][FINGERPRINT]: result for result in sarif_run["results"]}


def test_the_schema_is_the_real_one() -> None:
    """A schema that accepts everything would make every other test here pass."""
    assert "Version 2.1.0" in SCHEMA["title"]
    for broken in (
        {"version": "2.1.0"},
        {"version": "2.0.0", "runs": []},
        {"version": "2.1.0", "runs": [{"tool": {}}]},
    ):
        assert not VALIDATOR.is_valid(broken)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("settled", [False, True])
def test_it_is_valid(lang, settled) -> None:
    log(sample_run(), lang=lang, settled=settled)
    log(waived_run(), lang=lang, settled=settled)
    log(sample_run().model_copy(update={"findings": (), "checks": {}, "not_covered": ()}), settled=settled)


KINDS = {
    Verdict.PASS: ("pass", "none"),
    Verdict.FAIL: ("fail", None),
    Verdict.PARTIAL: ("fail", None),
    Verdict.NOT_APPLICABLE: ("notApplicable", "none"),
    Verdict.UNKNOWN: ("open", "none"),
    Verdict.MANUAL: ("review", "none"),
}


def test_what_is_not_known_is_open_or_for_review_and_never_left_out() -> None:
    run = sample_run()
    manual = run.findings[0].model_copy(update={"verdict": Verdict.MANUAL})
    run = run.model_copy(update={"findings": (manual, *run.findings[1:])})
    found = by_finding(log(run, settled=True))
    for finding in run.findings:
        kind, level = KINDS[finding.verdict]
        assert found[finding.id]["kind"] == kind
        assert found[finding.id]["level"] == (
            level or {"high": "error", "medium": "warning", "low": "note"}[finding.severity]
        )
    assert {f.verdict for f in run.findings} >= {Verdict.MANUAL, Verdict.UNKNOWN}
    assert set(by_finding(log(run))) == {f.id for f in run.findings if not f.verdict.settled}


def test_what_conforms_is_counted_where_it_is_not_listed() -> None:
    run = sample_run()
    counts = log(run)["properties"]["verdicts"]
    assert counts["pass"] == sum(f.verdict is Verdict.PASS for f in run.findings)
    assert sum(counts.values()) == len(run.findings)


def test_a_rule_tells_how_to_fix_and_which_items_it_serves() -> None:
    run = sample_run()
    check = run.checks["linux-ssh-idle-timeout"].model_copy(update={"decides": ("ces.identity.login-failure/timeout",)})
    sarif = log(run.model_copy(update={"checks": {**run.checks, check.id: check}}))
    [rule] = [rule for rule in sarif["tool"]["driver"]["rules"] if rule["id"] == check.id]
    assert "1. 先记下现在的设置" in rule["help"]["text"]
    assert "退回办法：" in rule["help"]["text"]
    assert rule["properties"]["aspects"] == ["ces.identity.login-failure/timeout"]
    assert rule["properties"]["items"] == ["L2-CES1-02"]
    assert rule["defaultConfiguration"] == {"level": "warning"}


def test_results_point_at_their_rule_and_place() -> None:
    sarif = log(sample_run())
    rules = [rule["id"] for rule in sarif["tool"]["driver"]["rules"]]
    for result in sarif["results"]:
        assert rules[result["ruleIndex"]] == result["ruleId"]
    [root] = [r for r in sarif["results"] if r["locations"][0]["logicalLocations"][-1]["name"] == "vty 0 4"]
    [place] = root["locations"]
    assert [p["kind"] for p in place["logicalLocations"]] == ["asset", "subject"]
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "sw-core-01"
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "assets/sw-core-01"


def test_the_fingerprint_is_the_finding_and_stays_from_run_to_run() -> None:
    run = sample_run()
    again = run.model_copy(update={"id": "another", "as_of": run.as_of.replace(year=2027)})
    prints = [[r["partialFingerprints"] for r in log(r)["results"]] for r in (run, again)]
    assert prints[0] == prints[1]
    assert len({p[FINGERPRINT] for p in prints[0]}) == len(prints[0])


def test_a_waiver_in_force_suppresses_and_says_who_why_and_until_when() -> None:
    run = waived_run()
    [accepted] = run.waived
    found = by_finding(log(run, settled=True))
    [suppression] = found[accepted]["suppressions"]
    assert (suppression["kind"], suppression["status"]) == ("external", "accepted")
    assert "李校长" in suppression["justification"]
    assert suppression["properties"]["until"] == "2026-12-04"
    assert found[accepted]["kind"] == "fail", "a waiver changes no verdict"
    assert [key for key, result in found.items() if "suppressions" in result] == [accepted]


def test_a_gap_is_told_and_the_run_is_not_called_a_success() -> None:
    [invocation] = log(sample_run())["invocations"]
    assert invocation["executionSuccessful"] is False
    told = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert any("22 端口连不上" in text for text in told)
    whole = sample_run()
    complete = tuple(c.model_copy(update={"status": "complete"}) for c in whole.collections)
    [fine] = log(whole.model_copy(update={"collections": complete, "not_covered": ()}))["invocations"]
    assert fine["executionSuccessful"] is True


def texts(value: Any) -> list[str]:
    """Every text of the log."""
    if isinstance(value, dict):
        return [text for key, inner in value.items() for text in (key, *texts(inner))]
    return (
        [text for inner in value for text in texts(inner)]
        if isinstance(value, list)
        else [value]
        if isinstance(value, str)
        else []
    )


def messages(value: Any) -> list[str]:
    """Every message a reader interprets."""
    if isinstance(value, dict):
        own = [value["text"]] if isinstance(value.get("text"), str) else []
        return own + [text for inner in value.values() for text in messages(inner)]
    return [text for inner in value for text in messages(inner)] if isinstance(value, list) else []


def test_attacks_reach_no_reader_alive() -> None:
    run, count = poisoned(waived_run())
    assert count > 500
    sarif = log(run, settled=True)
    for text in texts(sarif):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b\u2028\u202a-\u202e\u2066-\u2069\ufeff]", text)
    for text in messages(sarif):
        assert "{" not in text.replace("{{", ""), "a placeholder"
    uris = [p["physicalLocation"]["artifactLocation"]["uri"] for r in sarif["results"] for p in r["locations"]]
    assert all(re.fullmatch(r"assets/[A-Za-z0-9._~%:@/-]+", uri) and not urlparse(uri).scheme for uri in uris)


@pytest.mark.parametrize("hostile", ["[x](http://192.0.2.1)", "{0}", "x" * 1_000_000, "\ud800", "a\nb"])
def test_no_text_of_a_target_becomes_a_link_a_placeholder_or_a_flood(hostile: str) -> None:
    run = sample_run()
    broken = tuple(
        f.model_copy(update={"subject": hostile, "observed": hostile, "cause": hostile}) for f in run.findings
    )
    text = render_sarif(run.model_copy(update={"findings": broken}), settled=True)
    assert not list(VALIDATOR.iter_errors(json.loads(text)))
    text.encode()
    assert not any("](" in said or "{0}" in said.replace("{{0}}", "") for said in messages(json.loads(text)))
    assert max(map(len, text.splitlines())) < 6_000


def test_thousands_of_findings_stay_valid() -> None:
    assert len(log(large_run(2000), settled=True)["results"]) == 2000
