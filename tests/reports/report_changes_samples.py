"""A comparison with one change of each kind, and a run with a waiver of every standing."""

from datetime import UTC, date, datetime

from report_samples import sample_run

from checks.model.assessment import Interval
from checks.model.comparison import Comparison, FindingChange, ParameterChange, RateChange, RunMark
from checks.model.run import Run
from checks.model.text import Text
from checks.model.verdict import Severity, Verdict
from checks.model.waiver import Waiver, WaiverUse

OLD = RunMark(
    id="20260901T010000Z", as_of=datetime(2026, 9, 1, 1, tzinfo=UTC), dengbao_version="0.1.0", content_digest="a"
)
NEW = RunMark(
    id="20261124T013000Z", as_of=datetime(2026, 11, 24, 1, 30, tzinfo=UTC), dengbao_version="0.2.0", content_digest="b"
)
P, F, U = Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN


def change(kind, before, after, **more) -> FindingChange:
    """A change of the sample's finding about idle sessions on the website's server."""
    wanted = next(f for f in sample_run().findings if f.check == "linux-ssh-idle-timeout" and f.asset == "web-01")
    return FindingChange(
        kind=kind, finding=wanted.id, check=wanted.check, title=Text(zh="SSH 会话空闲超时自动断开"), asset="web-01",
        severity=Severity.MEDIUM, before=before, after=after, **more,
    )  # fmt: skip


def comparison() -> Comparison:
    """One change of each kind and every difference of the rules."""
    return Comparison(
        campus=sample_run().campus, old=OLD, new=NEW, unchanged=40, added=2, still_unmeasured=7,
        changes=(
            change("new", P, F, observed="0", rules=("check", "version"), waived=True),
            change("not-measured", F, U, cause="没有取到 sshd：权限不足"),
            change("open", F, F),
            change("fixed", F, None, because="subject-gone"),
            change("measured", U, P),
            change("gone", F, None, because="asset-removed"),
        ),
        campus_changed=True, content_changed=True, changed_checks=("linux-ssh-idle-timeout",),
        parameters=(ParameterChange(name="idle_seconds", before=(900,), after=(600,), unit="秒"),),
        added_assets=("db-02",), removed_assets=("db-09",),
        rates=(RateChange(system="academic", name="教务管理系统", before=Interval(low=40, high=80), after=Interval(low=50, high=82),
                          before_grade="S2A2", after_grade="S2A3"),),
    )  # fmt: skip


def waived_run() -> Run:
    """The sample with a waiver of every standing."""
    run = sample_run()
    failing = [f.id for f in run.findings if f.verdict.failing]
    dark = [f.id for f in run.findings if f.verdict.undecided]
    met = [f.id for f in run.findings if f.verdict.settled]
    ends = {
        "expired": date(2026, 11, 1),
        "nothing": date(2027, 1, 31),
        "met": date(2027, 1, 31),
        "later": date(2027, 2, 1),
        "holds": date(2026, 12, 4),
    }
    covers = {"expired": {"findings": (failing[0],)}, "nothing": {}, "met": {"met": (met[0],)}, "later": {"findings": (failing[1],)},
              "holds": {"findings": (failing[2],), "not_measured": (dark[0],)}}  # fmt: skip
    state = {"expired": "expired", "later": "not-yet"}
    uses = tuple(
        WaiverUse(
            waiver=Waiver(id=key, check="redis-auth", asset="web-01", reason=f"理由{key}", compensating=f"措施{key}",
                          approved_by="李校长", approved=date(2026, 9, 1), until=until),
            state=state.get(key, "in-force"), **covers[key],
        )
        for key, until in ends.items()
    )  # fmt: skip
    return run.model_copy(update={"waivers": uses})
