"""waivers.yaml: every way it can be broken, with line and hint; the starter; the schema for editors."""

import re
from pathlib import Path

import jsonschema
import pytest

from audit.waivers.load import Referable, load_waivers, parse_waivers
from audit.waivers.model import WaiverEntry
from audit.waivers.schema import waivers_schema, waivers_starter
from checks.language.source import SourceError, read_yaml

KNOWN = Referable({"linux-ssh-idle-timeout", "redis-auth"}, {"web-01", "cache-01", "academic"})
SIGNED = "reason: 旧系统, compensating: 无, approved_by: 李校长"
DATES = "approved: 2026-09-01, until: 2026-12-31"


def one(scope: str, dates: str = DATES, signed: str = SIGNED) -> str:
    """A file with one waiver; the waiver itself stands on line 2."""
    return f"waivers:\n  w: {{{scope}, {signed}, {dates}}}\n"


IDLE = "check: linux-ssh-idle-timeout, asset: web-01"

# name: text, line, part of the message, part of the hint
BROKEN = {
    "unknown section": ("waiver: {}\n", 1, "不认识的键 waiver", "是不是 waivers？"),
    "list instead of a table": ("waivers: [a]\n", 1, "键: 值", ""),
    "unknown key": (one(IDLE + ", untill: 2026-10-01"), 2, "不认识的键 waivers.w.untill", "是不是 until？"),
    "id with capitals": (one(IDLE).replace("w:", "W:"), 2, "小写字母", ""),
    "no scope": (one("subject: root"), 2, "没有写清豁免什么", "check 和 asset"),
    "check without asset": (one("check: redis-auth"), 2, "没有写清豁免什么", "check 和 asset"),
    "two scopes": (one("finding: F-0123456789abcdef, " + IDLE), 2, "写了 finding，又写了", "只留一种"),
    "no finding id": (one("finding: F-123"), 2, "不是发现的编号", "16 位"),
    "finding id in capitals": (one("finding: F-0123456789ABCDEF"), 2, "不是发现的编号", ""),
    "asset is an address": (one("check: redis-auth, asset: 10.20.10.11"), 2, "像是地址", ""),
    "unknown check": (one("check: redis-aut, asset: cache-01"), 2, "没有检查 redis-aut", "是不是 redis-auth？"),
    "unknown asset": (one("check: redis-auth, asset: cache-1"), 2, "没有资产 cache-1", "是不是 cache-01？"),
    "unknown parent": (one("check: redis-auth, asset: cash/redis"), 2, "没有资产 cash/redis", ""),
    "no approver": (one(IDLE, signed="reason: x, compensating: y"), 2, "缺少必填的键 approved_by", ""),
    "blank reason": (one(IDLE, signed="reason: '', compensating: y, approved_by: z"), 2, "缺少必填的键 reason", ""),
    "no measure": (one(IDLE, signed="reason: x, approved_by: z"), 2, "缺少必填的键 compensating", ""),
    "no end": (one(IDLE, "approved: 2026-09-01"), 2, "缺少必填的键 until", ""),
    "ends before it starts": (one(IDLE, "approved: 2026-09-01, until: 2026-08-31"), 2, "早于批准日期", "写反"),
    "longer than a year": (one(IDLE, "approved: 2026-09-01, until: 2027-09-03"), 2, "超过一年", "2027-09-02"),
    "for ever": (one(IDLE, "approved: 2026-09-01, until: never"), 2, "日期 'never' 写法不对", "2026-09-01"),
    "no such day": (one(IDLE, "approved: 2026-02-30, until: 2026-12-31"), 2, "没有 2026-02-30 这一天", ""),
    "same scope twice": (one(IDLE) + one(IDLE).split("\n", 1)[1].replace("w:", "v:"), 3, "同一个范围", "删掉"),
    "same id twice": (one(IDLE) + one(IDLE).split("\n", 1)[1], 3, "写了两次", "删掉"),
    "right-to-left override": (one(IDLE, signed='reason: "a\\u202eb", compensating: y, approved_by: z'), 2, "控制字符", ""),
    "tab": ("waivers:\n\tw: {}\n", 2, "制表符", "空格"),
    "deep": ("[" * 100_000, 1, "嵌套过深", ""),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN.values(), ids=BROKEN.keys())
def test_a_mistake_is_told_with_line_and_hint(case) -> None:
    text, line, message, hint = case
    with pytest.raises(SourceError) as caught:
        parse_waivers(text, "waivers.yaml", KNOWN)
    assert any(p.line == line and message in p.message and hint in p.hint for p in caught.value.problems), str(
        caught.value
    )


def test_every_mistake_is_told_at_once_in_the_order_of_lines() -> None:
    text = one("check: redis-aut, asset: cache-01") + "  b: {finding: F-1}\n  c: {check: redis-auth, asset: cash}\n"
    with pytest.raises(SourceError) as caught:
        parse_waivers(text, "waivers.yaml", KNOWN)
    lines = [problem.line for problem in caught.value.problems]
    assert lines == sorted(lines)
    assert {2, 3, 4} <= set(lines)


def test_a_right_file_gives_the_waivers() -> None:
    text = one("check: redis-auth, asset: 'cache-01/redis:6380', subject: '@all'")
    [waiver] = parse_waivers(text, "waivers.yaml", KNOWN)
    assert (waiver.id, waiver.check, waiver.asset, waiver.subject) == ("w", "redis-auth", "cache-01/redis:6380", "@all")
    assert (str(waiver.approved), str(waiver.until), waiver.approved_by) == ("2026-09-01", "2026-12-31", "李校长")
    assert waiver.finding == ""


def test_a_whole_year_is_allowed_leap_years_too() -> None:
    assert parse_waivers(one(IDLE, "approved: 2027-03-01, until: 2028-03-01"), "waivers.yaml", KNOWN)


def test_no_file_and_an_empty_file_waive_nothing(tmp_path) -> None:
    assert load_waivers(tmp_path / "waivers.yaml", KNOWN) == ()
    (tmp_path / "waivers.yaml").write_text("# 还没有\nwaivers:\n")
    assert load_waivers(tmp_path / "waivers.yaml", KNOWN) == ()


def test_a_folder_or_a_dangling_link_is_no_missing_file(tmp_path) -> None:
    """Else a mistake in the path would silently bring every waived finding back, or none."""
    (tmp_path / "waivers.yaml").symlink_to(tmp_path / "gone")
    with pytest.raises(SourceError, match="没有这个文件"):
        load_waivers(tmp_path / "waivers.yaml", KNOWN)


def test_the_starter_waives_nothing_and_its_examples_work_when_switched_on() -> None:
    assert parse_waivers(waivers_starter(), "waivers.yaml", KNOWN) == ()
    switched_on = re.sub(r"(?m)^# (?=[ a-z])", "", waivers_starter().split("\n\n", 1)[1])
    assert {w.id for w in parse_waivers(switched_on, "waivers.yaml", KNOWN)} == {
        "web-01-idle-timeout",
        "telnet-finding",
    }


def test_the_example_of_the_page_loads_and_the_page_names_every_key() -> None:
    page = (Path(__file__).parents[2] / "docs" / "waivers.md").read_text(encoding="utf-8")
    [example] = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    known = Referable({"vrp-line-authentication"}, {"sw-core"})
    assert {w.id for w in parse_waivers(example, "docs/waivers.md", known)} == {"old-switch-telnet", "one-finding"}
    assert [key for key in WaiverEntry.model_fields if f"`{key}`" not in page] == []


def test_the_schema_accepts_the_examples_and_refuses_what_an_editor_should_underline() -> None:
    schema = jsonschema.Draft202012Validator(waivers_schema())
    switched_on = re.sub(r"(?m)^# (?=[ a-z])", "", waivers_starter().split("\n\n", 1)[1])
    assert schema.is_valid(read_yaml(switched_on, "waivers.yaml").data)
    for text in (one("finding: F-1"), one(IDLE + ", untill: 1"), one(IDLE, "approved: 2026-09-01"), "waiver: {}"):
        assert not schema.is_valid(read_yaml(text, "waivers.yaml").data), text


def test_every_key_is_described_in_chinese() -> None:
    for model in [waivers_schema(), *waivers_schema()["$defs"].values()]:
        for key, field in model.get("properties", {}).items():
            assert re.search(r"[\u4e00-\u9fff]", field.get("description", "")), key
