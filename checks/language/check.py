"""The check: a YAML record that says which facts it needs, what it expects, which aspects it serves, how to fix it."""

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, model_validator

from checks.language.platform import Name
from checks.model.asset import AssetClass
from checks.model.base import Model
from checks.model.finding import Scalar
from checks.model.fix import Fix
from checks.model.text import Text
from checks.model.verdict import Severity

TEST_KEYS = (
    "eq",
    "ne",
    "in_",
    "not_in",
    "lt",
    "le",
    "gt",
    "ge",
    "between",
    "matches",
    "not_matches",
    "mode_within",
    "future",
    "present",
    "in_fact",
    "not_in_fact",
)
QUANTIFIERS = ("every", "some", "none", "count", "unique")
OPERATORS = frozenset(TEST_KEYS)
MATCHERS = OPERATORS | frozenset(QUANTIFIERS)
Value = Scalar
"""A literal, or `$name` for a parameter."""


class Test(Model):
    """Exactly one matcher on one value. Numeric matchers on something that is no number give unknown."""

    __test__ = False  # not a pytest class

    eq: Value | None = None
    ne: Value | None = None
    in_: tuple[Value, ...] | None = Field(default=None, alias="in", min_length=1)
    not_in: tuple[Value, ...] | None = Field(default=None, min_length=1)
    lt: Value | None = None
    le: Value | None = None
    gt: Value | None = None
    ge: Value | None = None
    between: tuple[Value, Value] | None = None
    """Both ends included."""
    matches: str | None = None
    """RE2, found anywhere; anchor with ^ and $."""
    not_matches: str | None = None
    mode_within: Annotated[str, Field(pattern=r"^0?[0-7]{3,4}$")] | None = None
    """Octal: no permission bit beyond these (a bit mask, never `<`)."""
    future: bool | None = None
    """true: the value is a day (YYYY-MM-DD) not before the day of the audit; false: a day before it."""
    present: bool | None = None
    in_fact: str | None = None
    """`fact` or `fact.field`: the value stands among that fact's lines or that field of its records."""
    not_in_fact: str | None = None

    @model_validator(mode="after")
    def _well_formed(self) -> "Test":
        if not _exactly_one(self, OPERATORS):
            raise ValueError("要写且只写一个比较（eq、le、between、matches……）")
        return self

    def operators(self) -> list[str]:
        """Names of the matchers that are set."""
        values = self.__dict__  # a third of the time of getattr, and every load and every judgement comes by here
        return [key for key in TEST_KEYS if values[key] is not None]


def _exactly_one(test: Test, keys: frozenset[str]) -> bool:
    """Whether one of these keys is written, and says something. Every load comes by here, for every matcher."""
    written = keys & test.model_fields_set
    return len(written) == 1 and all(getattr(test, key) is not None for key in written)


class Match(Test):
    """A selector and one matcher, or one matcher over every/some/none of several values, their count or uniqueness."""

    fact: str | None = None
    """`fact` or `fact.key`. Inside `each`, `field` reads the record at hand."""
    field: str | None = None
    default: Value | None = None
    """Value when the fact was obtained and holds no such key: the reviewed default of the platform."""
    split: str | None = None
    """Cut each value into several at this text (commas of `ciphers`); blanks around are dropped."""
    every: Test | None = None
    some: Test | None = None
    none: Test | None = None
    count: Test | None = None
    unique: Literal[True] | None = None
    """The field's value occurs on no other selected record (only inside `each`)."""

    @model_validator(mode="after")
    def _well_formed(self) -> "Match":
        if not _exactly_one(self, MATCHERS):
            raise ValueError("要写且只写一个比较（eq、le、between、matches、every、some、none、count、unique……）")
        if (self.fact is None) == (self.field is None):
            raise ValueError("要写 fact 或 field 中的一个")
        if self.unique and self.field is None:
            raise ValueError("unique 只能用在 each 里的 field 上")
        return self


class AllOf(Model):
    """Every one of these holds."""

    all: tuple["Expr", ...] = Field(min_length=1)


class AnyOf(Model):
    """At least one of these holds."""

    any: tuple["Expr", ...] = Field(min_length=1)


class NotOf(Model):
    """This does not hold; undecided stays undecided."""

    not_: "Expr" = Field(alias="not")


def _kind(value: Any) -> str:
    if isinstance(value, dict):
        return next((key for key in ("all", "any", "not") if key in value), "match")
    kinds: dict[type, str] = {AllOf: "all", AnyOf: "any", NotOf: "not"}
    return kinds.get(type(value), "match")


Expr = Annotated[
    Annotated[AllOf, Tag("all")]
    | Annotated[AnyOf, Tag("any")]
    | Annotated[NotOf, Tag("not")]
    | Annotated[Match, Tag("match")],
    Discriminator(_kind),
]


class Each(Model):
    """Judge every record of a fact by itself: one finding a subject."""

    fact: Name
    where: Expr | None = None
    """Which records; undecided records are judged unknown, never left out."""
    subject: tuple[str, ...] = Field(min_length=1)
    """Fields that name the subject, joined by a space; stable from run to run."""
    none: Literal["pass", "not-applicable", "fail", "unknown"]
    """Verdict when no record is selected (the fact was obtained)."""


class TestFact(Model):
    """A fact in a check's own test, when it is not simply obtained text."""

    __test__ = False

    text: str = ""
    error: (
        Literal["absent", "no-tool", "denied", "timeout", "truncated", "failed", "unreachable", "outdated"] | None
    ) = None
    age_days: int | None = None
    instances: dict[str, "str | TestFact"] | None = None
    """For a `for_each` fact: instance key → text."""
    assets: dict[str, "str | TestFact"] | None = None
    """For a check of campus or system scope: asset id → text."""


class CheckTest(Model):
    """One of a check's own tests: facts as text in, verdict out."""

    verdict: Literal["pass", "partial", "fail", "not-applicable", "unknown"] | None = None
    """The one verdict of all findings, or the worst when there are several (fail, unknown, partial, pass, n.a.)."""
    subjects: dict[str, Literal["pass", "partial", "fail", "not-applicable", "unknown"]] | None = None
    """Verdict by subject, for `each` checks."""
    level: int = 3
    parameters: dict[str, Scalar] = Field(default_factory=dict)
    facts: dict[Name, str | TestFact]
    note: str = ""

    @model_validator(mode="after")
    def _expects_something(self) -> "CheckTest":
        if self.verdict is None and not self.subjects:
            raise ValueError("测试要写 verdict 或 subjects")
        return self


class Check(Model):
    """One check. A mistake in it is reported with file, line and what was expected."""

    id: Name
    title: Text
    on: tuple[AssetClass, ...] = ()
    """Asset classes, when fewer than its platform's."""
    scope: Literal["asset", "system", "campus"] = "asset"
    decides: tuple[str, ...] = ()
    """Aspects (`topic/slug`) it closes."""
    indicates: tuple[str, ...] = ()
    """Aspects it shows evidence for without closing them."""
    high_risk: tuple[str, ...] = ()
    """High-risk cases a failure of it suggests; a person confirms."""
    severity: Severity
    needs: tuple[Name, ...] = Field(min_length=1)
    fresh: dict[Name, Value] = Field(default_factory=dict)
    """Fact → most days old its evidence may be (a parameter)."""
    when: Expr | None = None
    """False: not applicable, with that evidence; undecided: unknown."""
    each: Each | None = None
    no_instances: Literal["not-applicable", "unknown"] = "unknown"
    """Verdict when a `for_each` source was obtained and lists nothing."""
    expect: Expr
    partial: Expr | None = None
    """When `expect` fails and this holds: 部分符合."""
    why: Text
    fix: Fix


class TestedCheck(Check):
    """A check as people write it: with its own tests, which judging and the cache of content do without."""

    __test__ = False

    tests: tuple[CheckTest, ...] = Field(min_length=1)


class ChecksFile(Model):
    """The content of one theme of checks, `baselines/<platform>/<theme>.yaml`."""

    checks: tuple[TestedCheck, ...] = Field(min_length=1)


class Parameter(Model):
    """A threshold: its value by level, its unit, which direction is stricter, and where the value comes from."""

    title: Text
    type: Literal["integer", "string"] = "integer"
    unit: str = ""
    stricter: Literal["lower", "higher", "fixed"]
    minimum: int | None = None
    """Below (or above `maximum`) the value would mean «off»."""
    maximum: int | None = None
    source: str
    levels: dict[Annotated[str, Field(pattern=r"^L[1-4]$")], Scalar]


class ParametersFile(Model):
    """The content of `baselines/levels/parameters.yaml`."""

    parameters: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], Parameter]
