"""SARIF 2.1.0: a check is a rule, a finding a result with a logical place, a waiver a suppression.

`unknown` and `manual` are results of kind open and review, never silence. What conforms or does not apply is left out
unless asked for: some readers of SARIF take every result for a problem, whatever its kind.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from checks.model.finding import Finding
from checks.model.run import CheckInfo, Run
from checks.model.verdict import Severity, Verdict
from checks.model.waiver import Waiver
from reports import view
from reports.clean import clean_block, clean_line
from reports.waivers import waived_line
from reports.words import VERDICT_WORDS, WORDS, Lang

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
FINGERPRINT = "dengbaoFindingId/v1"
KINDS = {
    Verdict.PASS: "pass",
    Verdict.PARTIAL: "fail",
    Verdict.FAIL: "fail",
    Verdict.NOT_APPLICABLE: "notApplicable",
    Verdict.MANUAL: "review",
    Verdict.UNKNOWN: "open",
}
LEVELS = {Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
SCORES = {Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "3.0"}
"""The middle of the bands in which readers of `security-severity` sort high, medium and low."""


def render_sarif(run: Run, lang: Lang = "zh", *, settled: bool = False) -> str:
    """The run as one SARIF log. `settled`: with the findings that conform or do not apply."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_Log(run, lang).run_object(settled=settled)]}
    return json.dumps(log, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


class _Log:
    """One run as a SARIF `run` object."""

    def __init__(self, run: Run, lang: Lang) -> None:
        self.run, self.lang, self.w = run, lang, WORDS[lang]
        self.names = view.asset_names(run)
        self.waived = run.waived
        self.rules = {name: number for number, name in enumerate(sorted(run.checks))}
        self.items = _items_by_aspect(run)

    def run_object(self, *, settled: bool) -> dict[str, Any]:
        run = self.run
        findings = view.in_reading_order(run.findings).values()
        return {
            "tool": {"driver": self._driver()},
            "language": "zh-CN" if self.lang == "zh" else "en-US",
            "automationDetails": {"id": f"dengbao/{_path(run.campus.id)}/{_path(run.id)}"},
            "invocations": [self._invocation()],
            "results": [self._result(f) for f in findings if settled or not f.verdict.settled],
            "columnKind": "utf16CodeUnits",
            "properties": {
                "campus": clean_line(run.campus.name),
                "contentDigest": clean_line(run.content_digest),
                "note": self.w["estimate"],
                "verdicts": {v.value: sum(f.verdict is v for f in run.findings) for v in Verdict},
            },
        }

    def _driver(self) -> dict[str, Any]:
        return {
            "name": "dengbao",
            "version": clean_line(self.run.dengbao_version),
            "language": "zh-CN" if self.lang == "zh" else "en-US",
            "shortDescription": {"text": _message(self.w["report"])},
            "rules": [self._rule(self.run.checks[name]) for name in self.rules],
        }

    def _rule(self, check: CheckInfo) -> dict[str, Any]:
        aspects = [clean_line(aspect) for aspect in (*check.decides, *check.indicates)]
        items = sorted({clean_line(item) for aspect in aspects for item in self.items.get(aspect, ())})
        return {
            "id": clean_line(check.id),
            "shortDescription": {"text": _message(check.title.say(self.lang))},
            "fullDescription": {"text": _message(check.why.say(self.lang))},
            "help": {"text": _message("\n".join(self._help(check)), lines=True)},
            "defaultConfiguration": {"level": LEVELS[check.severity]},
            "properties": {
                "aspects": aspects,
                "items": items,
                "highRisk": [clean_line(case) for case in check.high_risk],
                "platform": clean_line(check.platform),
                "security-severity": SCORES[check.severity],
                "tags": ["security", clean_line(check.platform)],
            },
        }

    def _help(self, check: CheckInfo) -> Iterator[str]:
        w, fix = self.w, check.fix
        yield f"{w['steps']}{w['colon']}"
        yield from (f"{number}. {step.say(self.lang)}" for number, step in enumerate(fix.steps, 1))
        yield f"{w['risk']}{w['colon']}{fix.risk.say(self.lang)}"
        yield f"{w['rollback']}{w['colon']}{fix.rollback.say(self.lang)}"

    def _result(self, finding: Finding) -> dict[str, Any]:
        failing = finding.verdict.failing
        result: dict[str, Any] = {
            "ruleId": clean_line(finding.check),
            "kind": KINDS[finding.verdict],
            "level": LEVELS[finding.severity] if failing else "none",
            "message": {"text": _message(self._said(finding))},
            "locations": [self._location(finding.asset, finding.subject)],
            "partialFingerprints": {FINGERPRINT: clean_line(finding.id)},
            "properties": {"finding": clean_line(finding.id), "verdict": finding.verdict, "severity": finding.severity},
        }
        if finding.check in self.rules:
            result["ruleIndex"] = self.rules[finding.check]
        if finding.related:
            result["relatedLocations"] = [self._location(asset, "") for asset in dict.fromkeys(finding.related)]
        waiver = self.waived.get(finding.id)
        if waiver is not None:
            result["suppressions"] = [self._suppression(waiver)]
        return result

    def _said(self, finding: Finding) -> str:
        w, info = self.w, self.run.checks.get(finding.check)
        title = info.title.say(self.lang) if info else finding.check
        where = " ".join(filter(None, (self.names.get(finding.asset, finding.asset), finding.subject)))
        parts = [f"{where}{w['colon']}{title} {w[VERDICT_WORDS[finding.verdict]]}"]
        parts += [finding.cause] if finding.cause else []
        parts += [f"{w['expected']}{w['colon']}{finding.expected}"] if finding.expected else []
        parts += [f"{w['observed']}{w['colon']}{finding.observed}"] if finding.observed else []
        return w["stop"].join(parts)

    def _location(self, asset: str, subject: str) -> dict[str, Any]:
        """The asset as a logical place, and the address that readers which insist on files get: stable, of no file."""
        places = [{"name": clean_line(asset), "fullyQualifiedName": clean_line(asset), "kind": "asset"}]
        if subject:
            full = f"{asset}#{subject}"
            places.append({"name": clean_line(subject), "fullyQualifiedName": clean_line(full), "kind": "subject"})
        return {
            "physicalLocation": {"artifactLocation": {"uri": f"assets/{_path(asset)}"}},
            "logicalLocations": places,
        }

    def _suppression(self, waiver: Waiver) -> dict[str, Any]:
        return {
            "kind": "external",
            "status": "accepted",
            "justification": clean_line(waived_line(waiver, self.lang)),
            "properties": {
                "waiver": clean_line(waiver.id),
                "approvedBy": clean_line(waiver.approved_by),
                "approved": waiver.approved.isoformat(),
                "until": waiver.until.isoformat(),
                "compensating": clean_line(waiver.compensating),
            },
        }

    def _invocation(self) -> dict[str, Any]:
        """Successful only if every session was: a reader that asks no more must not take a gap for a clean bill."""
        at = _utc(self.run.as_of)
        return {
            "executionSuccessful": all(self.run.gathered_whole.values()),
            "startTimeUtc": at,
            "endTimeUtc": at,
            "toolExecutionNotifications": [
                {
                    "level": "warning",
                    "message": {"text": _message(f"{gap.asset} {gap.what}{self.w['colon']}{gap.cause}")},
                    "locations": [self._location(gap.asset, "")],
                }
                for gap in self.run.not_covered
            ],
        }


def _items_by_aspect(run: Run) -> Mapping[str, Iterable[str]]:
    items: dict[str, set[str]] = defaultdict(set)
    for assessment in run.assessments:
        for item in assessment.items:
            for record in item.records:
                for aspect in record.aspects:
                    items[clean_line(aspect.aspect)].add(item.item)
    return items


def _message(text: str, *, lines: bool = False) -> str:
    """Text in which a reader finds neither a placeholder nor a link (SARIF 2.1.0, 3.11.5 and 3.11.6)."""
    clean = clean_block(text) if lines else clean_line(text)
    return clean.replace("](", "] (").replace("{", "{{").replace("}", "}}")


def _path(name: str) -> str:
    """One part of a URI; the slash between a host and what lives in it stays."""
    return quote(clean_line(name, 200), safe="/:@")


def _utc(at: datetime) -> str:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
