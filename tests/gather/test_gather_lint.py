"""The review of facts.yaml: what acts, writes or could become shell text is objected to; the shipped content is not."""

from pathlib import Path

import pytest
from gathering import SHELLS, batch_of, facts_file, new_parameters, run_script

from audit.gather.lint import lint_facts
from audit.gather.shelltext import is_plain, path_word, split_functions
from checks.language.platform import FactsFile
from checks.language.source import read_yaml, validate

BASELINES = Path(__file__).resolve().parents[2] / "baselines"


@pytest.mark.parametrize(
    ("run", "objection"),
    [
        ("rm -f /tmp/x", "rm"),
        ("true && /bin/rm x", "rm"),
        ("if true; then touch /x; fi", "touch"),
        ("cat /etc/passwd | tee /tmp/x", "tee"),
        ("sed -i s/a/b/ /etc/x", "sed"),
        ("sed -ni s/a/b/ /etc/x", "sed"),
        ("systemctl restart sshd", "systemctl"),
        ("systemctl enable x", "systemctl"),
        ("service ssh status", "service"),
        ("passwd root", "passwd"),
        ("chage root", "chage"),
        ("echo x > /etc/motd", "/etc/motd"),
        ("echo x >> /etc/motd", "/etc/motd"),
        ("echo x 2>/tmp/err", "/tmp/err"),
        ('echo x > "$key"', "重定向"),
        ("cat $key", "$key"),
        ("cat ${key}", "$key"),
        ("x=$(cat $key)", "$key"),
        ('cat "$(ls $key)"', "$key"),
        ("cat `ls`", "反引号"),
        ("cat <<X\nX", "here-document"),
        ("sleep 100 &", "后台"),
        ("find / -delete", "find"),
        ("find / -exec rm {} +", "find"),
        ("awk 'BEGIN { system(\"id\") }'", "awk"),
        ("sh -c id", "sh"),
        ('eval "$x"', "eval"),
        ("timeout 5 kill 1", "kill"),
        ("xargs -n 1 rm", "rm"),
        ("LC_ALL=C rm x", "rm"),
        ("curl 10.0.0.1", "curl"),
        ("redis-cli ping", "redis-cli"),
        ("ip link set eth0 down", "ip"),
        ("sysctl -w a=1", "sysctl"),
        ("apt-get update", "apt-get"),
        ("case x in a) rm y ;; esac", "rm"),
        ("echo 'open", "单引号"),
    ],
)
def test_what_is_not_a_plain_reading_is_objected_to(run: str, objection: str) -> None:
    problems = lint_facts(facts_file({"x": {"run": run}}))
    assert problems, run
    assert any(objection in problem and "x" in problem for problem in problems), problems


@pytest.mark.parametrize(
    "run",
    [
        "cat /etc/passwd 2>/dev/null",
        'sshd -T -f "$config" -C "user=$user,host=$host,addr=$addr"',
        "awk '$3 > 1000 && $1 != \"rm\" { print $1 }' /etc/passwd",
        "ss -H -tulnp >/dev/null 2>&1 || cat /proc/net/tcp",
        'case "$key" in rm) printf x ;; touch | kill) printf y ;; esac',
        "case $key in a) printf x ;; esac",
        'x=$key; printf "%s" "$x"',
        "systemctl is-enabled ssh",
        "passwd -S root",
        "apt-get -s -o Debug::NoLocking=true upgrade",
        "sed -n 's/^a//p' /etc/x",
        "test $(( 3 > 2 )) -eq 1",
        'printf "%s" "${key%%,*}" # rm everything',
        "grep -c rm /etc/x",
        "sysctl -n net.ipv4.ip_forward",
    ],
)
def test_reading_is_not_objected_to(run: str) -> None:
    assert lint_facts(facts_file({"x": {"run": run}})) == []


def test_paths_variables_and_functions_are_reviewed_too() -> None:
    assert lint_facts(facts_file({"x": {"file": "etc/passwd"}}))
    assert lint_facts(facts_file({"x": {"file": "/etc/../root/x"}}))
    assert lint_facts(facts_file({"x": {"files": ["/etc/$(id)/*"]}}))
    assert lint_facts(facts_file({}, {"s": {"run": "true", "variables": ["db_nonce"]}}))
    assert lint_facts(facts_file({}, functions='db_x() {\n  rm "$1"\n}\n'))
    assert lint_facts(facts_file({}, functions="db_x() {\n  printf %s $1\n}\n"))
    assert lint_facts(facts_file({}, functions="touch /x\n"))
    assert lint_facts(facts_file({}, functions='db_x() {\n  for f in $list; do printf %s "$f"; done\n}\n')) == []


@pytest.mark.parametrize("path", sorted(BASELINES.glob("*/facts.yaml")), ids=lambda path: path.parent.name)
def test_the_shipped_facts_pass_the_review_and_parse_in_every_shell(path: Path) -> None:
    facts: FactsFile = validate(FactsFile, read_yaml(path.read_text(encoding="utf-8"), str(path)))
    assert lint_facts(facts) == []
    if facts.functions:
        assert split_functions(facts.functions)


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
def test_a_compiled_script_is_valid_in_every_shell(shell: list[str]) -> None:
    batch = batch_of({"a": {"run": "if true; then printf '%s' \"it's\"; fi"}, "b": {"files": ["/etc/*.conf"]}})
    assert run_script([*shell, "-n"], batch.script(new_parameters())).returncode == 0


def test_plain_commands_need_no_shell_and_others_do() -> None:
    for plain in ("stat -c %a /etc/passwd", 'sshd -T -C "user=$user"', "ss -H -tulnp", "awk '{print $1}' /etc/x"):
        assert is_plain(plain), plain
    for other in (
        "a | b",
        "a; b",
        "a > b",
        "echo x",
        "db_tag x",
        "x=1 a",
        "ls /etc/*",
        "a $x",
        "if a",
        "a\nb",
        'a "$(b)"',
    ):
        assert not is_plain(other), other


def test_path_words_keep_globs_alive_and_everything_else_quoted() -> None:
    assert path_word("/etc/pam.d/*") == "/etc/pam.d/*"
    assert path_word("/etc/a b/$key/[ab]*.conf") == "'/etc/a b/'\"$key\"/[ab]*.conf"
