"""Backups and integrity tools: what counts as one, and what only looks like it."""

import pytest

from tests.facts.facting import derived, rows

HOST = {"processes": "/proc/1/comm:systemd\n", "unit-files": "", "scheduled-jobs": ""}
NOW = "now 1767225600\n"


@pytest.mark.parametrize(
    ("job", "counts"),
    [
        ("cron\t/etc/crontab\tmysqldump", True),
        ("cron\t/var/spool/cron/root\t/opt/bin/site_bak.sh", True),
        ("cron\t/etc/cron.daily\tmysql-backup", True),
        ("timer\trestic@home.timer\trestic@home.service", True),
        ("timer\tdpkg-db-backup.timer\tdpkg-db-backup.service", False),
        ("cron\t/etc/cron.daily\tdpkg", False),
        ("cron\t/etc/crontab\t/usr/bin/aide", False),
        ("timer\tlogrotate.timer\tlogrotate.service", False),
    ],
)
def test_which_jobs_make_copies_of_data(job, counts):
    assert bool(rows(derived("backups", HOST | {"scheduled-jobs": job + "\n"}))) is counts


def test_an_agent_that_should_run_and_does_not_is_told():
    units = "bareos-fd.service enabled enabled\nveeamservice.service disabled enabled\n"
    assert rows(derived("backups", HOST | {"unit-files": units})) == [
        {"means": "bareos-fd", "where": "unit", "state": "stopped"}
    ]
    alive = {"processes": "/proc/1/comm:systemd\n/proc/9/comm:bareos-fd\n"}
    assert [row["state"] for row in rows(derived("backups", HOST | alive | {"unit-files": units}))] == ["active"]


def test_a_tool_with_an_empty_database_has_none():
    places = f"{NOW}tool aide\ndatabase 1767000000 0 /var/lib/aide/aide.db\n"
    (row,) = rows(derived("file-integrity", HOST | {"integrity-places": places}))
    assert row == {"tool": "AIDE", "database": "no", "scheduled": "no"}


def test_a_daemon_that_watches_needs_no_database_and_no_job():
    watching = {
        "integrity-places": f"{NOW}tool wazuh-syscheckd\n",
        "processes": "/proc/1/comm:init\n/proc/9/comm:wazuh-syscheckd\n",
    }
    (row,) = rows(derived("file-integrity", HOST | watching))
    assert row == {"tool": "Wazuh", "database": "yes", "days": "0", "scheduled": "yes"}
    (row,) = rows(derived("file-integrity", HOST | {"integrity-places": f"{NOW}tool wazuh-syscheckd\n"}))
    assert (row["database"], row["scheduled"]) == ("no", "no")


def test_the_job_of_another_tool_is_not_its_own():
    given = {"integrity-places": f"{NOW}tool tripwire\n", "scheduled-jobs": "cron\t/etc/crontab\taide\n"}
    assert [row["scheduled"] for row in rows(derived("file-integrity", HOST | given))] == ["no"]
