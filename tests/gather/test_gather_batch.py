"""The batch on real shells: what it reads, how each fact ends, and that a cut or hostile script does nothing."""

import os
import subprocess
from pathlib import Path

import pytest
from gathering import SHELLS, batch_of, by_name, facts_file, new_parameters, reachable, run_batch, run_script

from audit.gather.batch import BatchError, compile_batch
from checks.model.fact import FactStatus

every_shell = pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="需要 root 才能切换到另一个用户")


@every_shell
def test_a_fact_is_what_the_command_printed_to_the_byte(shell: list[str]) -> None:
    batch = batch_of(
        {
            "no-newline": {"run": "printf 'a b'"},
            "newlines": {"run": "printf 'a\\n\\n'"},
            "empty": {"run": "true"},
            "plain": {"run": 'stat -c %a "/etc/passwd"'},
        }
    )
    facts = by_name(run_batch(batch, shell).facts)
    assert {name: fact.text for name, fact in facts.items()} == {
        "no-newline": "a b",
        "newlines": "a\n\n",
        "empty": "",
        "plain": "644\n",
    }
    assert all(fact.status is FactStatus.OK for fact in facts.values())


@every_shell
def test_each_way_to_fail_has_its_own_status(shell: list[str]) -> None:
    batch = batch_of(
        {
            "slow": {"run": "sleep 20", "timeout": 1},
            "slow-inside": {"run": "printf begun; sleep 20", "timeout": 1},
            "endless": {"run": "yes", "limit": 5000},
            "no-program": {"run": "dengbao-no-such-program -x"},
            "no-tool": {"run": "true", "tool": "dengbao-no-such-program"},
            "broken": {"run": "printf reason >&2; exit 3"},
            "absent-by-exit": {"run": "exit 4", "absent_exit": 4},
            "other-exit-is-fine": {"run": "exit 1", "ok_exit": [0, 1]},
            "hidden-miss": {"run": "dengbao-no-such-program | cat"},
        }
    )
    facts = by_name(run_batch(batch, shell).facts)
    assert {name: fact.status.value for name, fact in facts.items()} == {
        "slow": "timeout",
        "slow-inside": "timeout",
        "endless": "truncated",
        "no-program": "no-tool",
        "no-tool": "no-tool",
        "broken": "failed",
        "absent-by-exit": "absent",
        "other-exit-is-fine": "ok",
        "hidden-miss": "no-tool",
    }
    assert facts["broken"].detail == "reason"
    assert facts["slow-inside"].text == "begun"
    assert len(facts["endless"].text) == 5000


@every_shell
def test_files_are_read_dated_and_told_apart_from_missing_ones(shell: list[str], tmp_path: Path) -> None:
    (tmp_path / "a.conf").write_text("one")
    (tmp_path / "b.conf").write_text("two\n")
    (tmp_path / "a b.conf").write_text("blank in name\n")
    (tmp_path / "big").write_text("x" * 100)
    os.mkfifo(tmp_path / "pipe.conf")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    os.utime(tmp_path / "b.conf", (1_700_000_000, 1_700_000_000))
    batch = batch_of(
        {
            "file": {"file": f"{tmp_path}/b.conf", "dated_by": f"{tmp_path}/b.conf"},
            "missing": {"file": f"{tmp_path}/none/at/all"},
            "big": {"file": f"{tmp_path}/big", "limit": 64},
            "pipe": {"file": f"{tmp_path}/pipe.conf"},
            "dangling": {"file": f"{tmp_path}/dangling"},
            "glob": {"files": [f"{tmp_path}/*.conf", f"{tmp_path}/none/*.conf"]},
            "no-glob": {"files": [f"{tmp_path}/*.nothing"]},
        }
    )
    facts = by_name(run_batch(batch, shell).facts)
    assert facts["file"].text == "two\n"
    assert facts["file"].evidence_at is not None
    assert facts["file"].evidence_at.timestamp() == 1_700_000_000
    assert facts["missing"].status is FactStatus.ABSENT
    assert facts["big"].status is FactStatus.TRUNCATED
    assert facts["pipe"].status is FactStatus.FAILED  # and reading it did not hang
    assert facts["dangling"].status is FactStatus.FAILED
    assert facts["no-glob"].status is FactStatus.ABSENT
    glob = [line for line in facts["glob"].text.splitlines() if line]
    expected = ["a b.conf", "blank in name", "a.conf", "one", "b.conf", "two"]
    assert glob == [f"==> {tmp_path}/{word} <==" if word.endswith(".conf") else word for word in expected]


@as_root
@every_shell
def test_without_permission_a_fact_is_denied_never_absent(shell: list[str], tmp_path: Path) -> None:
    reachable(tmp_path).chmod(0o755)
    (tmp_path / "closed").mkdir(mode=0o700)
    (tmp_path / "mixed").mkdir(mode=0o755)
    (tmp_path / "mixed" / "open").write_text("x\n")
    (tmp_path / "mixed" / "secret").write_text("y\n")
    (tmp_path / "mixed" / "secret").chmod(0o600)
    batch = batch_of(
        {
            "unreadable": {"file": f"{tmp_path}/mixed/secret"},
            "unsearchable": {"file": f"{tmp_path}/closed/perhaps"},
            "one-unreadable": {"files": [f"{tmp_path}/mixed/*"]},
            "unlistable": {"files": [f"{tmp_path}/closed/*"]},
            "unlistable-deep": {"files": [f"{tmp_path}/*/nothing-here*"]},
            "needs-root": {"run": "id -u", "root": True},
            "says-so": {"run": f"cat {tmp_path}/mixed/secret; true"},
        }
    )
    facts = by_name(run_batch(batch, shell, as_nobody=True).facts)
    assert {fact.status for fact in facts.values()} == {FactStatus.DENIED}, facts
    assert "x" in facts["one-unreadable"].text


@every_shell
def test_a_source_runs_once_and_its_instances_are_gathered(shell: list[str], tmp_path: Path) -> None:
    (tmp_path / "6379.conf").write_text("port 6379\n")
    batch = batch_of(
        {
            "text": {"run": 'printf "%s=%s" "$key" "$port"', "for_each": "servers"},
            "direct": {"run": 'stat -c %n "/etc/passwd" "/proc/$pid"', "for_each": "servers", "ok_exit": [0, 1]},
            "conf": {"file": f"{tmp_path}/$port.conf", "for_each": "servers"},
        },
        {
            "servers": {
                "run": "printf 'redis:1\\t6379\\t1\\nredis:2\\t6380\\t1\\n'",
                "variables": ["key", "port", "pid"],
            }
        },
    )
    facts = by_name(run_batch(batch, shell).facts)
    assert facts["servers"].text == "redis:1\t6379\t1\nredis:2\t6380\t1\n"
    assert facts["text/redis:2"].text == "redis:2=6380"
    assert facts["direct/redis:1"].text == "/etc/passwd\n/proc/1\n"
    assert facts["conf/redis:1"].text == "port 6379\n"
    assert facts["conf/redis:2"].status is FactStatus.ABSENT
    assert "text" not in facts  # the source was whole: nothing is left open


@every_shell
def test_what_a_target_lists_can_never_become_shell_text(shell: list[str], tmp_path: Path) -> None:
    lines = [
        "good\tv",
        "$(touch pwned)\tv",
        "`touch pwned`\tv",
        "a;touch pwned\tv",
        "'; touch pwned; '\tv",
        "a b\tv",
        "*\tv",
        "two",
        "one\ttwo\tthree",
        "\tempty",
        "x" * 129 + "\tv",
        "good\tagain",
        "last-is-kept\tv",
    ]
    listing = tmp_path / "listing"
    listing.write_text("\n".join(lines) + "\n")
    batch = batch_of(
        {"seen": {"run": 'cd "$dir" && printf "%s" "$key"', "for_each": "things"}},
        {
            "things": {
                "run": f"while IFS= read -r line; do printf '%s\\n' \"$line\"; done <{listing}",
                "variables": ["key", "dir"],
            }
        },
    )
    decoded = run_batch(batch, shell)
    facts = by_name(decoded.facts)
    assert facts["things"].text == "good\tv\nlast-is-kept\tv\n"
    assert facts["things"].status is FactStatus.TRUNCATED
    assert facts["seen"].status is FactStatus.TRUNCATED  # the dropped ones stay unknown
    assert set(facts) == {"things", "seen", "seen/good", "seen/last-is-kept"}
    assert decoded.complete
    assert not list(tmp_path.glob("pwned"))
    assert not Path("/pwned").exists()


@every_shell
def test_more_instances_than_the_limit_are_cut_and_said_to_be(shell: list[str]) -> None:
    batch = batch_of(
        {"seen": {"run": 'printf "%s" "$key"', "for_each": "things"}},
        {"things": {"run": "printf '%s\\n' a b c d e", "variables": ["key"], "limit": 3}},
    )
    facts = by_name(run_batch(batch, shell).facts)
    assert facts["things"].status is FactStatus.TRUNCATED
    assert {name for name in facts if name.startswith("seen/")} == {"seen/a", "seen/b", "seen/c"}


def test_a_failed_source_leaves_its_facts_unknown_instead_of_empty() -> None:
    batch = batch_of(
        {"seen": {"run": "true", "for_each": "things"}},
        {"things": {"run": "exit 2", "variables": ["key"]}},
    )
    facts = by_name(run_batch(batch).facts)
    assert facts["things"].status is FactStatus.FAILED
    assert facts["seen"].status is FactStatus.FAILED


@every_shell
def test_a_cut_script_does_nothing(shell: list[str], tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    script = batch_of({"act": {"run": f"mkdir {mark}"}}).script(new_parameters())
    for end in range(0, len(script) - 2, max(1, len(script) // 40)):
        assert b"@" not in run_script(shell, script[:end]).stdout
    assert not mark.exists()
    run_script(shell, script)
    assert mark.exists()  # so the test above could have failed


@every_shell
def test_a_careless_command_cannot_put_a_byte_into_a_file(shell: list[str], tmp_path: Path) -> None:
    batch = batch_of({"careless": {"run": f"printf hello > {tmp_path}/written"}})
    fact = by_name(run_batch(batch, shell).facts)["careless"]
    assert fact.status is FactStatus.FAILED
    assert not (tmp_path / "written").exists() or (tmp_path / "written").read_bytes() == b""


def test_when_the_time_budget_is_used_up_the_rest_is_timeout() -> None:
    batch = batch_of({"a-slow": {"run": "sleep 2", "timeout": 5}, "b-next": {"run": "true"}})
    decoded = run_batch(batch, budget=1)
    assert by_name(decoded.facts)["a-slow"].status is FactStatus.OK
    assert by_name(decoded.facts)["b-next"].status is FactStatus.TIMEOUT
    assert decoded.complete


def test_the_digest_depends_on_the_set_of_facts_and_nothing_else() -> None:
    one = batch_of({"a": {"run": "true"}, "b": {"file": "/etc/passwd"}})
    other_order = batch_of({"b": {"file": "/etc/passwd"}, "a": {"run": "true"}})
    changed = batch_of({"a": {"run": "true "}, "b": {"file": "/etc/group"}})
    assert one.body == other_order.body
    assert one.digest != changed.digest
    wanted = compile_batch({"linux": facts_file({"a": {"run": "true"}, "b": {"file": "/etc/passwd"}})}, {"b"})
    assert [planned.name for planned in wanted.planned] == ["b"]


def test_two_platforms_share_a_batch_and_name_clashes_are_errors() -> None:
    redis = facts_file(
        {"redis-config": {"run": 'db_show "$key"', "for_each": "redis"}}, functions='db_show() {\n  printf "$1"\n}\n'
    )
    linux = facts_file({"hostname": {"run": "hostname"}}, {"redis": {"run": "printf 'r1\\n'", "variables": ["key"]}})
    batch = compile_batch({"linux": linux, "redis": redis})
    assert by_name(run_batch(batch).facts)["redis-config/r1"].text == "r1"
    with pytest.raises(BatchError, match="hostname"):
        compile_batch({"linux": linux, "other": facts_file({"hostname": {"run": "hostname"}})})
    with pytest.raises(BatchError, match="nowhere"):
        batch_of({"a": {"run": "true", "for_each": "nowhere"}})


@every_shell
def test_the_installed_helper_takes_checked_parameters_only(shell: list[str], tmp_path: Path) -> None:
    batch = batch_of({"who": {"run": 'printf "%s" "$db_addresses"'}})
    helper = tmp_path / "helper"
    helper.write_text(batch.helper())

    def call(text: bytes) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*shell, str(helper)], input=text.ljust(4096, b"\n"), capture_output=True, timeout=30, check=False
        )

    parameters = new_parameters(addresses="10.1.2.3,2001:db8::1")
    good = call(batch.helper_input(parameters))
    assert good.stdout.startswith(b"\ndengbao-helper " + batch.digest.encode())
    assert f"@{parameters.nonce} B who".encode() not in good.stderr
    nonce = b"nonce=" + b"a" * 32 + b"\n"
    for hostile in (
        b"nonce=$(touch " + str(tmp_path).encode() + b"/pwned)\n",
        nonce + b"addresses=1;touch pwned\n",
        nonce + b"addresses=$(id)\n",
        nonce + b"tag_key=zz\n",
        nonce + b"budget=1+1\n",
        nonce + b"budget=99999\n",
        nonce + b"PATH=/tmp\n",
        nonce + b"db_digest=x\n",
        nonce + b"quiet=1 x\n",
        b"",
        b"nonce=" + b"a" * 31 + b"\n",
    ):
        refused = call(hostile)
        assert refused.returncode == 2, hostile
        assert b" S " not in refused.stdout
    assert not (tmp_path / "pwned").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [("nonce", "$(id)"), ("addresses", "10.0.0.1;id"), ("tag_key", "'"), ("budget", 0), ("addresses", "10.0.0.1\n")],
)
def test_parameters_that_could_become_shell_text_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValueError, match=field):
        new_parameters().__class__.model_validate({"nonce": "0" * 32, field: value})


@as_root
def test_a_hundred_facts_cost_about_a_process_each(tmp_path: Path) -> None:
    batch = batch_of({f"f{i}": {"file": "/etc/hostname"} for i in range(100)})
    script = tmp_path / "batch.sh"
    script.write_text(batch.script(new_parameters()))
    # In a PID namespace of its own the next process id is the number of processes there were.
    count = f"sh {script} >/dev/null 2>&1; sh -c 'echo $$'"
    told = subprocess.run(
        ["unshare", "--pid", "--fork", "sh", "-c", count], capture_output=True, timeout=60, check=True
    )
    assert 100 < int(told.stdout) < 140
