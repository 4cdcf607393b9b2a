"""The catalogue against the standard's own numbers, and its cross-checks against planted mistakes."""

from collections import Counter

import pytest

from audit.content import read_baselines
from checks.assess.items import items_of
from checks.language.catalogue import build_catalogue
from checks.language.source import SourceError, read_yaml
from checks.model.asset import GradedSystem

BASE = read_baselines()
TEXTS = {n.removeprefix("catalogue/"): BASE.text(n) for n in BASE.files if n.startswith("catalogue/")}


@pytest.fixture(scope="module")
def catalogue():
    return build_catalogue({name: read_yaml(text, name) for name, text in TEXTS.items()})


def test_the_numbers_of_the_standard(catalogue):
    general = Counter(i.level for i in catalogue.items.values() if i.extension == "general")
    assert general == {1: 55, 2: 135, 3: 211, 4: 228}
    extensions = Counter((i.extension, i.level) for i in catalogue.items.values() if i.extension != "general")
    assert [extensions["cloud", n] for n in (1, 2, 3, 4)] == [11, 29, 46, 49]
    assert [extensions["mobile", n] for n in (1, 2, 3, 4)] == [5, 14, 19, 21]
    assert [extensions["iot", n] for n in (1, 2, 3, 4)] == [4, 7, 20, 21]
    assert [extensions["ics", n] for n in (1, 2, 3, 4)] == [9, 15, 21, 22]
    assert len(catalogue.items) == 942
    assert len(catalogue.topics) == 344


@pytest.mark.parametrize(
    ("s", "a", "by_attribute"),
    [
        (2, 2, {"S": 15, "A": 4, "G": 116}),
        (2, 1, {"S": 15, "A": 2, "G": 116}),
        (1, 2, {"S": 9, "A": 4, "G": 116}),
        (3, 3, {"S": 24, "A": 6, "G": 181}),
        (3, 2, {"S": 24, "A": 4, "G": 181}),
        (2, 3, {"S": 15, "A": 6, "G": 181}),
        (3, 1, {"S": 24, "A": 2, "G": 181}),
        (1, 3, {"S": 9, "A": 6, "G": 181}),
    ],
)
def test_s_and_a_levels_choose_the_items(catalogue, s, a, by_attribute):
    system = GradedSystem(id="x", name="x", s_level=s, a_level=a)
    assert Counter(i.attribute for i in items_of(catalogue, system)) == by_attribute


def test_extensions_are_chosen_only_when_the_system_has_them(catalogue):
    plain = GradedSystem(id="x", name="x", s_level=2, a_level=2)
    mobile = plain.model_copy(update={"extensions": ("mobile",)})
    assert len(items_of(catalogue, mobile)) - len(items_of(catalogue, plain)) == 14


def test_every_topic_can_be_answered(catalogue):
    for topic in catalogue.topics.values():
        assert topic.classes, topic.id
        assert topic.question.endswith(("？", "）")), topic.id
        assert topic.aspects, topic.id


def test_a_machine_decides_twelve_level_two_items_at_most(catalogue):
    modes = Counter(
        catalogue.topics[i.topic].mode for i in catalogue.items.values() if i.level == 2 and i.extension == "general"
    )
    assert modes == {"auto": 12, "assist": 39, "manual": 84}


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("items.yaml", "- id: L2-CES1-02\n", "- id: L2-CES1-99\n", "L2-CES1 的编号不连续"),
        ("items.yaml", "topic: ces.identity.login-failure\n", "topic: ces.identity.unheard-of\n", "缺少取证方式"),
        ("automation.yaml", "- topic: ces.identity.two-factor\n", "- topic: ces.identity.three-factor\n", "不存在"),
        ("aspects.yaml", "    rule: any\n", "    rule: {any: [nothing]}\n", "rule 里的方面与 aspects 不一致"),
        ("attributes.yaml", "    身份鉴别: {", "    身份: {", "缺少属性"),
        ("high-risk.yaml", "items: [L3-PES1-03, L4-PES1-03]", "items: [L3-PES1-77]", "的条目 L3-PES1-77 不存在"),
        ("not-applicable.yaml", "services-and-ports/shares", "services-and-ports/parts", "不存在"),
        ("not-applicable.yaml", "services-and-ports/shares", "intrusion.nothing/shares", "不存在"),
        (
            "not-applicable.yaml",
            "ces.intrusion.services-and-ports/shares",
            "ces.identity.two-factor/two-factors",
            "由人判定",
        ),
        ("aspects.yaml", "mode: auto", "mode: automatic", "automatic"),
        ("items.yaml", "topic: pes.entry.control\n", "topic: ces.entry.control\n", "与编号不符"),
        ("items.yaml", "clause: 6.1.1.1\n", "clause: 7.1.1.99\n", "不是这一级的"),
        ("items.yaml", "control_point: 防雷击\n", "control_point: 防火\n", "有两个控制点"),
        ("items.yaml", "clause: 6.1.1.2\n", "clause: 6.1.1.1\n", "条款 6.1.1.1 出现 2 次"),
        ("attributes.yaml", "S2A3: {S: 15", "S2A3: {S: 16", "S2A3 的条数应为"),
        ("attributes.yaml", "安全策略: {attribute: G", "安全策略: {attribute: S", "管理类控制点"),
        ("high-risk.yaml", "- id: HR25-6.1.2.1\n", "- id: HR25-6.1.1.1\n", "判例 HR25-6.1.1.1 出现 2 次"),
        ("aspects.yaml", "levels: {L1: [set]", "levels: {L1: [sets]", "levels 的 L1 不对"),
    ],
)
def test_an_inconsistency_is_named_with_file_and_line(file, old, new, said):
    assert old in TEXTS[file]
    texts = {**TEXTS, file: TEXTS[file].replace(old, new, 1)}
    with pytest.raises(SourceError) as caught:
        build_catalogue({name: read_yaml(text, name) for name, text in texts.items()})
    assert any(said in str(p) and p.line >= 1 for p in caught.value.problems), caught.value
