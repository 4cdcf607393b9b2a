"""What changed between two runs: nothing unseen is called fixed, and a change of the rules is said to be one."""

import pytest
from comparing import NA, REDIS, WEB, F, H, M, P, U, finding, info, later, run, unreached, waived

from checks.compare.compare import NotComparableError, compare
from checks.model.comparison import Comparison
from checks.model.run import Campus, NotCovered, Run
from checks.model.verdict import Verdict


def kinds(comparison: Comparison) -> list[str]:
    return [change.kind for change in comparison.changes]


def only(old: Run, new: Run):
    """The one change between two runs."""
    [change] = compare(old, new).changes
    return change


TABLE = {
    (F, F): "open", (F, H): "open", (H, F): "open", (F, P): "fixed", (H, NA): "fixed", (F, U): "not-measured", (H, M): "not-measured",
    (P, F): "new", (NA, H): "new", (P, U): "not-measured", (P, NA): None, (P, P): None,
    (U, F): "measured", (U, P): "measured", (M, F): "measured", (U, U): None, (U, M): None,
}  # fmt: skip


@pytest.mark.parametrize(("verdicts", "kind"), TABLE.items(), ids=lambda v: "-".join(v) if isinstance(v, tuple) else v)
def test_the_same_finding_in_both_runs(verdicts: tuple[Verdict, Verdict], kind: str | None) -> None:
    before, after = verdicts
    comparison = compare(run(finding(before)), later(finding(after)))
    assert kinds(comparison) == ([kind] if kind else [])
    assert comparison.unchanged == (kind is None and after in (P, NA))
    assert comparison.still_unmeasured == (kind is None and after in (U, M))
    for change in comparison.changes:
        assert (change.before, change.after) == verdicts
        assert change.newly_failing == (after in (F, H) and before not in (F, H))


def test_a_run_against_itself_has_nothing_new() -> None:
    same = run(finding(F, "root"), finding(P, "guest"), finding(U, check="mac"))
    comparison = compare(same, same)
    assert kinds(comparison) == ["open"]


def test_an_account_that_was_removed_is_fixed_when_the_others_were_looked_at() -> None:
    change = only(run(finding(F, "root"), finding(P, "guest")), later(finding(P, "guest")))
    assert (change.kind, change.because, change.subject) == ("fixed", "subject-gone", "root")


def test_an_account_nobody_could_look_at_is_not_fixed() -> None:
    """Denied evidence gives one unknown for the whole check: the accounts are hidden behind it, not gone."""
    comparison = compare(run(finding(F, "root"), finding(P, "guest")), later(finding(U)))
    assert kinds(comparison) == ["not-measured", "not-measured"]
    assert all("权限不足" in change.cause for change in comparison.changes)
    assert comparison.of("fixed") == ()
    assert comparison.still_unmeasured == 0


@pytest.mark.parametrize("hidden_by", ["（其余）", "（未取到的资产）", "redis:6379 （未取到的资产）"])
def test_what_a_cut_list_may_hide_is_not_fixed(hidden_by: str) -> None:
    comparison = compare(run(finding(F, "b"), finding(P, "a")), later(finding(P, "a"), finding(U, hidden_by)))
    assert kinds(comparison) == ["not-measured"]


def test_one_instance_out_of_reach_hides_only_its_own_subjects() -> None:
    before = run(finding(F, "redis:6379 default"), finding(F, "redis:6380 default"), finding(P, "redis:6380 x"))
    after = later(finding(U, "redis:6379"), finding(P, "redis:6380 x"))
    assert {c.subject: c.kind for c in compare(before, after).changes} == {
        "redis:6379 default": "not-measured",
        "redis:6380 default": "fixed",
    }


def test_another_account_that_is_undecided_hides_nobody() -> None:
    after = later(finding(U, "admin"), finding(P, "guest"))
    assert only(run(finding(F, "root"), finding(U, "admin"), finding(P, "guest")), after).kind == "fixed"


def test_an_unreached_server_fixes_nothing_even_without_findings() -> None:
    change = only(run(finding(F)), later(**unreached()))
    assert (change.kind, change.cause) == ("not-measured", "22 端口连不上")


def test_a_database_whose_server_was_not_reached_is_not_gone() -> None:
    """What lives in a server is found there: with the server out of reach it is not even among the assets."""
    old = run(finding(F, asset=REDIS.id), assets=(WEB, REDIS))
    change = only(old, later(**unreached()))
    assert (change.kind, change.asset) == ("not-measured", REDIS.id)


def test_a_database_that_could_not_be_looked_for_is_not_gone() -> None:
    old = run(finding(F, asset=REDIS.id), assets=(WEB, REDIS))
    blind = (NotCovered(asset="web-01", what="Redis 的实例", cause="没有 ss", kind="instances"),)
    assert only(old, later(not_covered=blind)).kind == "not-measured"


def test_a_database_that_is_not_on_its_server_any_more_is_fixed() -> None:
    old = run(finding(F, asset=REDIS.id), assets=(WEB, REDIS))
    facts = (NotCovered(asset="web-01", what="部分事实", cause="权限不足：shadow", kind="facts"),)
    change = only(old, later(not_covered=facts))
    assert (change.kind, change.because) == ("fixed", "asset-gone")


def test_an_asset_taken_out_of_campus_yaml_is_not_fixed() -> None:
    change = only(run(finding(F)), later(assets=()))
    assert (change.kind, change.because) == ("gone", "asset-removed")


def test_a_check_that_is_no_more_fixes_nothing() -> None:
    comparison = compare(run(finding(F), finding(P, check="mac")), later(finding(P, check="mac"), content_digest="c2"))
    assert [(c.kind, c.because) for c in comparison.changes] == [("gone", "check-gone")]
    assert comparison.removed_checks == ("password-age",)


def test_why_a_failure_is_new() -> None:
    old = run(finding(P, "guest"))
    mac, other = finding(F, check="mac"), finding(F, "guest", asset="db-01")
    after = later(
        finding(P, "guest"), finding(F, "root"), mac, other, assets=(WEB, WEB.model_copy(update={"id": "db-01"})), content_digest="c2"
    )  # fmt: skip
    found = {c.check + c.asset: (c.kind, c.because) for c in compare(old, after).changes}
    assert found == {
        "password-ageweb-01": ("new", "new-subject"),
        "macweb-01": ("new", "new-check"),
        "password-agedb-01": ("new", "new-asset"),
    }


def test_accounts_seen_for_the_first_time_after_a_denied_run_are_measured_not_new() -> None:
    comparison = compare(run(finding(U)), later(finding(F, "root"), finding(P, "guest")))
    assert kinds(comparison) == ["measured", "measured"]
    assert [c.newly_failing for c in comparison.changes] == [True, False]


def test_something_new_that_conforms_is_only_counted() -> None:
    comparison = compare(run(finding(P, "a")), later(finding(P, "a"), finding(P, "b")))
    assert (comparison.changes, comparison.added, comparison.unchanged) == ((), 1, 1)


def test_a_tightened_threshold_is_no_new_problem_of_the_school() -> None:
    """The id holds the threshold: the pair is found all the same, and the change is laid at the rules' door."""
    comparison = compare(run(finding(P, days=180)), later(finding(F, days=90), campus_digest="y2"))
    [change] = comparison.changes
    assert (change.kind, change.before, change.after, change.rules) == ("new", P, F, ("parameters",))
    [parameter] = comparison.parameters
    assert (parameter.name, parameter.before, parameter.after) == ("days", (180,), (90,))
    assert comparison.campus_changed


def test_two_parameter_sets_of_one_subject_stay_apart() -> None:
    strict = finding(F, days=90).model_copy(update={"levels": (3,)})
    lax = finding(P, days=180)
    tighter = finding(F, days=60).model_copy(update={"levels": (3,)})
    comparison = compare(run(strict, lax), later(tighter, lax))
    assert [(c.kind, c.rules) for c in comparison.changes] == [("open", ())]
    assert comparison.unchanged == 1


@pytest.mark.parametrize(
    ("changed", "rules"),
    [
        ({"digest": "d2"}, ("check",)),
        ({"dengbao_version": "0.2.0"}, ("version",)),
        ({"content_digest": "c2"}, ()),
        ({}, ()),
    ],
    ids=["check", "version", "content elsewhere", "nothing"],
)
def test_a_verdict_that_the_rules_may_have_turned_says_so(changed: dict[str, str], rules: tuple[str, ...]) -> None:
    comparison = compare(run(finding(P)), later(finding(F), **changed))
    assert comparison.changes[0].rules == rules
    assert comparison.content_changed == ("content_digest" in changed)
    assert comparison.version_changed == ("dengbao_version" in changed)
    assert comparison.changed_checks == (("password-age",) if "digest" in changed else ())


def test_a_verdict_that_stayed_blames_no_rule() -> None:
    assert only(run(finding(F)), later(finding(F), digest="d2")).rules == ()


def test_waived_failures_are_marked_and_stay() -> None:
    accepted = finding(F)
    assert only(run(accepted), later(accepted, waivers=waived(accepted.id))).waived
    assert not only(run(accepted), later(accepted, waivers=waived(accepted.id, state="expired"))).waived


def test_what_needs_a_hand_comes_first() -> None:
    old = run(*(finding(v, s) for s, v in {"a": F, "b": P, "c": P, "d": F, "e": U}.items()))
    new = later(*(finding(v, s) for s, v in {"a": P, "b": U, "c": F, "d": F, "e": P}.items()))
    assert kinds(compare(old, new)) == ["new", "not-measured", "open", "fixed", "measured"]


def test_added_and_removed_assets_are_named() -> None:
    comparison = compare(run(assets=(WEB,)), later(assets=(WEB.model_copy(update={"id": "db-01"}),)))
    assert (comparison.added_assets, comparison.removed_assets) == (("db-01",), ("web-01",))


def test_another_school_is_refused() -> None:
    with pytest.raises(NotComparableError, match=r"不是同一所学校：青禾中学（qinghe）和 别的学校（other）"):
        compare(run(), later(campus=Campus(id="other", name="别的学校")))


def test_a_reversed_order_is_refused() -> None:
    with pytest.raises(NotComparableError, match="先后反了"):
        compare(later(), run())


def test_the_title_of_a_check_that_is_no_more_comes_from_the_older_run() -> None:
    change = only(run(finding(F)), later(assets=()))
    assert change.title.zh == info("password-age").title.zh
