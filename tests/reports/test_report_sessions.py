"""Beginnings and ends of the operation log become sessions; nothing of the log is lost."""

from report_samples import sample_operations

from reports.sessions import sessions


def test_an_end_belongs_to_the_beginning_with_the_same_asset() -> None:
    told = sessions(sample_operations())
    assert [(s.begun.asset, s.ended.status if s.ended else None, s.seconds) for s in told] == [
        ("web-01", "complete", 2),
        ("db-01", "partial", 3),
        ("ap-lib-01", "failed", 10),
        ("cache-01", None, None),
    ]


def test_an_asset_asked_twice_has_two_sessions() -> None:
    web = [operation for operation in sample_operations() if operation.asset == "web-01"]
    assert [session.seconds for session in sessions([*web, *web])] == [2, 2]


def test_an_end_without_a_beginning_is_shown_by_itself() -> None:
    (lonely,) = sessions(sample_operations()[3:4])
    assert lonely.ended is lonely.begun
    assert lonely.seconds == 0
