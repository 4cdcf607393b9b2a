"""The shipped checks: lint-clean, their own tests hold, every matcher matters, and what they serve exists."""

import pytest

from audit.content import read_baselines
from audit.gather.lint import lint_facts
from checks.facts.registry import DERIVATIONS, PARSERS, parse_fact
from checks.judge.age import IMPORT_MAX_DAYS
from checks.judge.testing import run_mutations, run_tests
from checks.judge.values import lies_ahead
from checks.language.check import CheckTest
from checks.language.coverage import coverage
from checks.language.lint import lint
from checks.language.walk import negated, with_expression
from checks.model.asset import AssetClass
from checks.model.fact import FactStatus

BASELINES = read_baselines()
CHECKS = [pytest.param(platform, check, id=check.id) for platform, check in BASELINES.loaded.checks()]


def test_lint_finds_nothing():
    found = lint(BASELINES.loaded, BASELINES.catalogue, frozenset(PARSERS), frozenset(DERIVATIONS))
    assert [str(p) for p in found] == []


@pytest.mark.parametrize("name", sorted(BASELINES.content.platforms))
def test_commands_are_read_only_and_quoted(name):
    assert lint_facts(BASELINES.content.platforms[name].facts) == []


@pytest.mark.parametrize(("platform", "check"), CHECKS)
def test_a_check_keeps_its_own_tests(platform, check):
    assert [f.message for f in run_tests(BASELINES.content, platform, check)] == []


@pytest.mark.parametrize(("platform", "check"), CHECKS)
def test_every_matcher_matters(platform, check):
    assert [f.message for f in run_mutations(BASELINES.content, platform, check)] == []


def test_a_broken_check_is_noticed_by_its_tests():
    platform, check = next(pair for pair in BASELINES.loaded.checks() if pair[1].id == "linux-ssh-idle-timeout")
    broken = with_expression(check, ("expect",), negated(check.expect, ("any", 0, "all", 0)))
    assert list(run_tests(BASELINES.content, platform, broken))


def test_a_test_that_leaves_a_matcher_out_is_noticed():
    platform, check = next(pair for pair in BASELINES.loaded.checks() if pair[1].id == "linux-ssh-idle-timeout")
    weak = check.model_copy(update={"tests": tuple(t for t in check.tests if "CountMax" not in t.note)})
    assert any("去掉" in f.message for f in run_mutations(BASELINES.content, platform, weak))


@pytest.mark.parametrize("status", [s for s in FactStatus if s not in (FactStatus.OK, FactStatus.ABSENT)])
@pytest.mark.parametrize(("platform", "check"), CHECKS)
def test_no_check_decides_without_its_facts(platform, check, status):
    """Whatever way every fact is missing: unknown, never pass or fail."""
    facts = {name: {"error": status.value} for name in check.tests[0].facts}
    alone = check.model_copy(update={"tests": (CheckTest.model_validate({"verdict": "unknown", "facts": facts}),)})
    assert [f.message for f in run_tests(BASELINES.content, platform, alone)] == []


def test_coverage_names_what_serves_an_aspect_and_what_does_not():
    table = {(row.platform, row.aspect): row for row in coverage(BASELINES.content, BASELINES.catalogue)}
    assert table[("linux", "ces.identity.login-failure/timeout")].decides == ("linux-ssh-idle-timeout",)
    stale = table[("linux", "ces.access.stale-and-shared-accounts/no-stale")]
    assert (stale.decides, stale.indicates[:2]) == ((), ("linux-accounts-approved", "linux-stale-accounts"))
    assert table[("linux", "ces.access.policy/by-authorised")].reason


def test_every_aspect_of_a_linux_server_has_a_check_or_the_reason_why_not():
    rows = coverage(BASELINES.content, BASELINES.catalogue, [AssetClass.SERVER])
    gaps = [row.aspect for row in rows if row.platform == "linux" and row.is_gap]
    assert gaps == []


def test_the_content_says_how_old_an_import_may_be():
    limit = BASELINES.content.parameters[IMPORT_MAX_DAYS]
    assert limit.stricter == "lower"
    assert all(int(days) <= 365 for days in limit.levels.values())


@pytest.mark.parametrize(
    ("platform", "name"),
    [(p.name, n) for p in BASELINES.content.platforms.values() for n, s in p.facts.facts.items() if s.reference],
)
def test_a_table_shipped_with_the_content_is_readable(platform, name):
    spec = BASELINES.content.platforms[platform].facts.facts[name]
    records = parse_fact(spec.parse.parser, spec.reference, spec.parse.options).records
    assert records
    assert len({tuple(r.fields[c] for c in ("id", "version")) for r in records}) == len(records)
    assert all(lies_ahead(str(r.fields["until"]), spec.reference_of) is not None for r in records)
