"""JUnit XML: an asset is a suite, a finding a case. What was not measured is skipped with its cause, never a success.

Its form is the one Jenkins' xUnit plugin checks (junit-10.xsd); Ant's elements stand in Ant's order. Times are 0:
a finding takes none of its own.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from datetime import UTC

from checks.model.finding import Finding, Reason
from checks.model.run import NotCovered, Run
from checks.model.waiver import Waiver
from reports import view
from reports.clean import clean_block, clean_line
from reports.waivers import waived_line
from reports.words import VERDICT_WORDS, WORDS, Lang


def render_junit(run: Run, lang: Lang = "zh") -> str:
    """The run as one JUnit document. Every text is cleaned of what XML cannot hold and of what reads as something else."""
    suites = ET.Element("testsuites", name=clean_line(run.campus.name))
    for number, suite in enumerate(_Suites(run, lang).each()):
        suite.set("id", str(number))
        suites.append(suite)
    for key in ("tests", "failures", "errors"):
        suites.set(key, str(sum(int(suite.get(key, "0")) for suite in suites)))
    ET.indent(suites, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(suites, encoding="unicode") + "\n"


class _Suites:
    """The suites of one run."""

    def __init__(self, run: Run, lang: Lang) -> None:
        self.run, self.lang, self.w = run, lang, WORDS[lang]
        self.names = view.asset_names(run)
        self.waived = run.waived
        self.expired = {key: use.waiver for use in run.waivers if use.state == "expired" for key in use.findings}

    def each(self) -> Iterator[ET.Element]:
        ordered = view.in_reading_order(self.run.findings).values()
        groups = {group.id: (*group.pending, *group.settled) for group in view.findings_by_asset(self.run, ordered)}
        gaps = dict(view.not_covered(self.run))
        for asset in {**groups, **gaps}:
            yield self._suite(asset, groups.get(asset, ()), gaps.get(asset, ()))

    def _suite(self, asset: str, findings: Iterable[Finding], gaps: Iterable[NotCovered]) -> ET.Element:
        cases = [*(self._gap(asset, gap) for gap in gaps), *(self._case(finding) for finding in findings)]
        suite = ET.Element(
            "testsuite",
            name=clean_line(self.names.get(asset, asset)),
            package=clean_line(asset),
            hostname=clean_line(asset),
            timestamp=self.run.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
            tests=str(len(cases)),
            failures=str(sum(case.find("failure") is not None for case in cases)),
            errors="0",
            skipped=str(sum(case.find("skipped") is not None for case in cases)),
            time="0",
        )
        suite.append(self._properties())
        suite.extend(cases)
        suite.extend([ET.Element("system-out"), ET.Element("system-err")])
        return suite

    def _properties(self) -> ET.Element:
        run = self.run
        properties = ET.Element("properties")
        known = {
            "run": run.id,
            "as_of": run.as_of.isoformat(),
            "dengbao": run.dengbao_version,
            "content": run.content_digest,
        }
        for name, value in {**known, "note": self.w["estimate"]}.items():
            ET.SubElement(properties, "property", name=name, value=clean_line(value))
        return properties

    def _gap(self, asset: str, gap: NotCovered) -> ET.Element:
        case = _element(asset, gap.kind, f"{self.w['not_covered']}{self.w['colon']}{gap.what}")
        ET.SubElement(case, "skipped", type="not-covered", message=clean_line(gap.cause))
        return case

    def _case(self, finding: Finding) -> ET.Element:
        info = self.run.checks.get(finding.check)
        title = info.title.say(self.lang) if info else finding.check
        subject = f"{self.w['colon']}{finding.subject}" if finding.subject else ""
        case = _element(finding.asset, finding.check, f"{title}{subject} ({finding.id})")
        if finding.verdict.failing and finding.id not in self.waived:
            failure = ET.SubElement(case, "failure", type=finding.verdict, message=clean_line(self._seen(finding)))
            failure.text = clean_block("\n".join(self._explained(finding)))
        elif finding.verdict != "pass":
            ET.SubElement(case, "skipped", type=self._kind(finding), message=clean_line(self._skipped(finding)))
        return case

    def _kind(self, finding: Finding) -> str:
        return "waived" if finding.id in self.waived else finding.verdict

    def _skipped(self, finding: Finding) -> str:
        waiver: Waiver | None = self.waived.get(finding.id)
        if waiver is not None:
            return f"{waived_line(waiver, self.lang)} {self._seen(finding)}"
        return f"{self.w[VERDICT_WORDS[finding.verdict]]}{self.w['colon']}{finding.cause or finding.observed}"

    def _seen(self, finding: Finding) -> str:
        w = self.w
        word, severity = w[VERDICT_WORDS[finding.verdict]], w["sev_" + finding.severity]
        said = f"{word}（{severity}） {w['expected']}{w['colon']}{finding.expected} {w['observed']}{w['colon']}{finding.observed}"
        expired = self.expired.get(finding.id)
        return said + (f" {w['waiver_expired']}{w['colon']}{expired.id}" if expired else "")

    def _explained(self, finding: Finding) -> Iterator[str]:
        w, info = self.w, self.run.checks.get(finding.check)
        yield from (self._reason(reason) for reason in finding.reasons)
        if info is not None:
            yield f"{w['steps']}{w['colon']}"
            yield from (f"{number}. {step.say(self.lang)}" for number, step in enumerate(info.fix.steps, 1))
            yield f"{w['risk']}{w['colon']}{info.fix.risk.say(self.lang)}"
        yield f"dengbao explain {finding.id}"

    def _reason(self, reason: Reason) -> str:
        word = self.w[{True: "true", False: "false", None: "undecided"}[reason.result]]
        lines = [f"{'  ' * min(max(reason.depth, 0), 8)}{word} {reason.matcher} {reason.observed}"]
        for cite in reason.cites:
            lines.append(f"{'  ' * 8}{cite.fact} {cite.line or ''} {cite.text}")
        return "\n".join(clean_line(line) for line in lines)


def _element(asset: str, kind: str, name: str) -> ET.Element:
    return ET.Element("testcase", classname=clean_line(f"{asset}.{kind}"), name=clean_line(name), time="0")
