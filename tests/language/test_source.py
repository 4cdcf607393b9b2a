"""The strict YAML reader: traps closed, every mistake with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.language.check import ChecksFile
from checks.language.source import SourceError, read_yaml, validate

GOOD = """\
checks:
  - id: a-check
    title: {zh: 标题, en: Title}
    decides: [ces.identity.login-failure/timeout]
    severity: medium
    needs: [sshd]
    expect: {fact: sshd.clientaliveinterval, between: [1, $idle_seconds], default: 0}
    why: {zh: 因为}
    fix: {steps: [{zh: 改}], risk: {zh: 无}, rollback: {zh: 改回}}
    tests:
      - {verdict: pass, facts: {sshd: "clientaliveinterval 300"}}
"""


def problems(text: str, kind: object = None) -> list[str]:
    with pytest.raises(SourceError) as caught:
        document = read_yaml(text, "f.yaml")
        if kind is not None:
            validate(kind, document)
    return [str(p) for p in caught.value.problems]


def test_scalars_that_yaml_would_change_stay_as_written():
    data = read_yaml(
        "a: no\nb: 0644\nc: 12:30\nd: 1.10\ne: 300\nf: true\ng: '300'\nh: 1_000\ni: 0x10\nj: ~\n", "f"
    ).data
    assert data == {
        "a": "no",
        "b": "0644",
        "c": "12:30",
        "d": "1.10",
        "e": 300,
        "f": True,
        "g": "300",
        "h": "1_000",
        "i": "0x10",
        "j": None,
    }


def test_a_duplicate_key_is_an_error_with_its_line():
    assert problems("a: 1\nb: 2\na: 3\n") == ["f.yaml:3: 键 a 写了两次（删掉其中一个）"]


def test_broken_yaml_names_file_and_line():
    [line] = problems("a: 1\n b: 2\n")
    assert line.startswith("f.yaml:2: 不是有效的 YAML")


def test_a_bomb_of_anchors_is_refused():
    text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    assert "过大" in problems(text)[0]


def test_a_good_check_loads():
    [check] = validate(ChecksFile, read_yaml(GOOD, "f.yaml")).checks
    assert check.expect.between == (1, "$idle_seconds")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("decides:", "decide:", "f.yaml:4: 不认识的键 decide（是不是 decides？）"),
        ("between:", "betwen:", "f.yaml:7: 不认识的键 betwen（是不是 between？）"),
        ("    severity: medium\n", "", "f.yaml:2: 缺少必填的键 severity"),
        ("severity: medium", "severity: terrible", "f.yaml:5: "),
        ("between: [1, $idle_seconds], default: 0", "default: 0", "f.yaml:7: checks.0.expect：要写且只写一个比较"),
        ("between: [1, $idle_seconds]", "between: [1, 2], le: 3", "f.yaml:7: checks.0.expect：要写且只写一个比较"),
    ],
)
def test_a_mistake_in_a_check_is_reported_where_it_stands(old, new, expected):
    assert old in GOOD
    found = problems(GOOD.replace(old, new), ChecksFile)
    assert any(line.startswith(expected) for line in found), found


@given(st.text(max_size=200))
def test_no_text_raises_anything_but_a_source_error(text):
    try:
        validate(ChecksFile, read_yaml(text, "f.yaml"))
    except SourceError as error:
        assert error.problems
