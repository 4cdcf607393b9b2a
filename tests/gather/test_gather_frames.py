"""Reading the framed output: noise, cuts, forgeries, odd bytes; whatever comes, it returns, in linear time."""

import gzip
import time

import pytest
from gathering import AT, batch_of, by_name, new_parameters, run_script
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.gather.frames import Decoded, decode
from audit.gather.text import clean, clean_bytes
from audit.gather.unpack import gunzip, unpack
from checks.model.fact import FactStatus

NONCE = "0123456789abcdef" * 2
BATCH = batch_of(
    {"a": {"run": "true"}, "b": {"run": "true"}, "each": {"run": "true", "for_each": "list"}},
    {"list": {"run": "true", "variables": ["key"]}},
)


def frame(name: str, body: bytes, code: int = 0, instance: str = "", status: str = "ok") -> bytes:
    """One fact as a target prints it."""
    mark = f"\n@{NONCE}"
    return (
        f"{mark} B {name} {instance}\n".encode()
        + body
        + f"{mark} X {code}\n{mark} E {name} {status} - {instance}\n".encode()
    )


def output(*frames: bytes, end: bool = True, quiet: bool = True) -> bytes:
    """A whole plain output; quiet: of a batch that drops stderr."""
    head = f"\n@{NONCE} S plain\n\n@{NONCE} H 1 {BATCH.digest} 1700000000 0 {int(quiet)}\n".encode()
    return head + b"".join(frames) + (f"\n@{NONCE} Z\n".encode() if end else b"")


def read(raw: bytes, stderr: bytes = b"") -> Decoded:
    """Decode as the session does."""
    return decode(raw, stderr, BATCH, "web-01", AT, nonce=NONCE)


def test_facts_that_did_not_come_are_unreachable_and_those_cut_are_truncated() -> None:
    whole = output(frame("a", b"one"), frame("b", b"two"), frame("list", b"k1\n"), frame("each", b"x", instance="k1"))
    assert read(whole).complete
    cut = read(whole[: whole.index(b"two") + 2])
    facts = by_name(cut.facts)
    assert not cut.complete
    assert facts["a"].status is FactStatus.OK
    assert (facts["b"].status, facts["b"].text) == (FactStatus.TRUNCATED, "tw")
    assert facts["list"].status is FactStatus.UNREACHABLE
    assert facts["each"].status is FactStatus.UNREACHABLE


def test_a_fact_whose_stderr_never_came_may_have_complained() -> None:
    """Exit status 0 is not enough: without its mark nobody knows whether it said «Permission denied»."""
    whole = output(frame("a", b"one"), frame("b", b"two"), quiet=False)
    heard = f"\n@{NONCE} a \n".encode()
    facts = by_name(read(whole, heard).facts)
    assert facts["a"].status is FactStatus.OK
    assert facts["b"].status is FactStatus.TRUNCATED
    denied = heard + f"\n@{NONCE} b \ncat: x: Permission denied\n".encode()
    assert by_name(read(whole, denied).facts)["b"].status is FactStatus.DENIED


def test_an_instance_that_was_listed_but_never_came_is_unreachable() -> None:
    facts = by_name(read(output(frame("list", b"k1\nk2\n"), frame("each", b"x", instance="k1"), end=False)).facts)
    assert facts["each/k1"].status is FactStatus.OK
    assert facts["each/k2"].status is FactStatus.UNREACHABLE


def test_every_cut_gives_no_better_status_than_the_evidence() -> None:
    whole = output(frame("a", b"line 1\nline 2\n"), frame("b", b"rest"))
    for end in range(len(whole)):
        fact = by_name(read(whole[:end]).facts)["a"]
        if fact.status is FactStatus.OK:
            assert fact.text == "line 1\nline 2\n"


def test_noise_before_the_batch_is_counted_and_skipped_up_to_a_bound() -> None:
    good = output(frame("a", b"one"))
    assert by_name(read(b"Welcome!\n" * 100 + good).facts)["a"].text == "one"
    assert read(b"Welcome!\n" * 100 + good).noise >= 900
    assert by_name(read(b"x" * 200_000 + good).facts)["a"].status is FactStatus.UNREACHABLE


def test_text_with_another_nonce_is_data_not_a_frame() -> None:
    forged = frame("b", b"forged").replace(NONCE.encode(), b"f" * 32)
    facts = by_name(read(output(frame("a", forged))).facts)
    assert facts["b"].status is FactStatus.UNREACHABLE
    assert "forged" in facts["a"].text


def test_a_mark_cut_in_the_middle_of_its_line_counts_for_nothing() -> None:
    """`X 12` may have been going to be `X 127`, and an end that is cut may have been going to say denied."""
    whole = output(frame("a", b"one", code=127))
    for mark in (b" X 1", b" E a ok -"):
        cut = by_name(read(whole[: whole.index(mark) + len(mark)]).facts)["a"]
        assert (cut.status, cut.text) == (FactStatus.TRUNCATED, "one")
    assert by_name(read(whole[: whole.index(b" X 1") + 4]).facts)["a"].exit_status is None


def test_another_facts_end_does_not_end_this_one() -> None:
    whole = output(frame("a", b"one")).replace(b" E a ok", b" E b ok")
    assert by_name(read(whole).facts)["a"].status is FactStatus.TRUNCATED


def test_a_fact_framed_twice_is_not_believed() -> None:
    facts = by_name(read(output(frame("a", b"one"), frame("a", b"two"))).facts)
    assert facts["a"].status is FactStatus.TRUNCATED


def test_a_fact_over_its_limit_is_truncated_even_when_the_target_does_not_say_so() -> None:
    facts = by_name(read(output(frame("a", b"x" * 300_000))).facts)
    assert facts["a"].status is FactStatus.TRUNCATED
    assert len(facts["a"].text) == 262_144


def test_permission_denied_on_stderr_spoils_a_good_exit_status() -> None:
    errors = f"\n@{NONCE} a \ncat: /etc/shadow: Permission denied\n\n@{NONCE} b \nharmless\n".encode()
    facts = by_name(read(output(frame("a", b""), frame("b", b"")), errors).facts)
    assert facts["a"].status is FactStatus.DENIED
    assert facts["a"].detail == "cat: /etc/shadow: Permission denied"
    assert facts["b"].status is FactStatus.OK


def test_gbk_and_invalid_bytes_become_text_without_live_controls() -> None:
    assert clean_bytes("系统管理员".encode("gbk")) == "系统管理员"
    assert clean_bytes(b"a\x00b\x1b[31mred\x07\r\nnext\tcol\x9b").startswith("a\ufffdb\ufffd[31mred\ufffd\nnext\tcol")
    assert clean("a\u202eb") == "a\ufffdb"
    assert clean_bytes(b"\xff\xfe\xfd") != ""


def test_gzip_cut_anywhere_keeps_what_was_whole() -> None:
    members = gzip.compress(b"first " * 1000) + gzip.compress(b"second")
    text, cut = gunzip(members, 1 << 20)
    assert (text.endswith(b"second"), cut) == (True, "")
    for end in (1, 5, 30, len(members) - 3):
        part, cut = gunzip(members[:end], 1 << 20)
        assert cut or not part
        assert (b"first " * 1000 + b"second").startswith(part)


def test_a_zip_bomb_stops_at_the_limit() -> None:
    bomb = gzip.compress(b"\0" * 50_000_000, 9)
    text, cut = gunzip(bomb, 100_000)
    assert (len(text), cut) == (100_000, "输出超过上限")


def test_an_output_that_passed_through_a_windows_editor_is_still_read() -> None:
    assert by_name(read(output(frame("a", b"one\ntwo\n")).replace(b"\n", b"\r\n")).facts)["a"].text == "one\ntwo\n"


@settings(deadline=None)
@given(st.binary(max_size=4000), st.binary(max_size=500))
def test_arbitrary_bytes_never_raise(raw: bytes, stderr: bytes) -> None:
    for text in (raw, output(raw), output(frame("a", raw)), raw + output(frame("list", raw))):
        decoded = decode(text, stderr, BATCH, "web-01", AT, nonce=NONCE)
        assert {fact.name for fact in decoded.facts} >= {"a", "b", "list"}
        assert all("\x1b" not in fact.text and "\x00" not in fact.text for fact in decoded.facts)


PIECES = st.sampled_from(
    [
        f"\n@{NONCE} {rest}\n".encode()
        for rest in (
            "B a ",
            "B list ",
            "B each k",
            "X 0",
            "X",
            "E a ok - ",
            "E a",
            "H 1",
            "Z",
            "B",
            "E list ok x",
            "X 999999999999999",
        )
    ]
    + [b"text", b"\n", b"k\n", b"\xff"]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40))
def test_frames_in_any_order_never_raise(pieces: list[bytes]) -> None:
    assert read(output(*pieces)).facts


@settings(deadline=None)
@given(st.binary(max_size=3000), st.integers(1, 2000))
def test_arbitrary_gzip_payloads_never_raise_and_keep_their_limit(raw: bytes, limit: int) -> None:
    assert len(gunzip(raw, limit)[0]) <= limit
    assert len(gunzip(gzip.compress(raw)[:-1], limit)[0]) <= limit
    unpack(f"@{NONCE} S gzip\n".encode() + raw, limit)


@pytest.mark.parametrize(
    "make", [lambda n: b"\n@" * n, lambda n: frame("a", b"x") * (n // 20), lambda n: b"\x1f\x8b" * n]
)
def test_reading_is_linear(make: object) -> None:
    def cost(count: int) -> float:
        raw = output(make(count))  # type: ignore[operator]
        begun = time.process_time()
        read(raw)
        return time.process_time() - begun

    cost(1000)
    assert cost(400_000) < 40 * max(cost(20_000), 0.005)


def test_the_same_facts_with_and_without_gzip() -> None:
    parameters, plain = new_parameters(), new_parameters(plain=True)
    batch = batch_of({"a": {"file": "/etc/passwd"}, "b": {"run": "printf x"}})
    packed_out, plain_out = run_script(["sh"], batch.script(parameters)), run_script(["sh"], batch.script(plain))
    assert b"\x1f\x8b" in packed_out.stdout
    assert b"\x1f\x8b" not in plain_out.stdout
    packed = decode(packed_out.stdout, b"", batch, "web-01", AT)
    unpacked = decode(plain_out.stdout, b"", batch, "web-01", AT)
    assert packed.facts == unpacked.facts
