"""Compiles the reviewed facts of some platforms into one POSIX shell script that reads them all in one session.

The script depends on the set of facts only, never on the asset, so it has one digest. What differs per session
(`Parameters`) stands in front of it. Everything is inside functions and the last line starts it: a cut script does nothing.

What commands in facts.yaml may use besides the programs of the target:

- `"$variable"`: the variables of their source, and `"$db_addresses"` (comma list of login addresses). Always quoted.
- `db_tag VALUE`: 16 hex digits by which equal secrets are found, or `-` (see audit.gather.tags).
- `db_length_class VALUE`: `0`, `1-7`, `8-11`, `12-15` or `16+`.
- `db_has TOOL`: whether the target has a program.
- functions of their own file (`functions:`), written from the first column as `db_name() {` … `}`.

A command runs with LC_ALL=C, a fixed PATH, stdin closed, in `/`, and with a file size limit of nothing, so it cannot
put a byte into a file. Exit 127, or `not found` on stderr, counts as `no-tool`; `Permission denied` on stderr as `denied` even
when the exit status is fine: what is known to be harmless is silenced with `2>/dev/null`.
"""

import hashlib
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib.resources import files

from pydantic import Field

from audit.gather.shelltext import glob_directories, is_plain, needed_functions, path_word, split_functions
from checks.language.platform import FactsFile, FactSpec, Source
from checks.model.base import Model

_SHELL = files(__package__) / "shell"
RUNTIME = (_SHELL / "runtime.sh").read_text("utf-8") + "\n" + (_SHELL / "tag.sh").read_text("utf-8")
HELPER = (_SHELL / "helper.sh").read_text("utf-8")
COMMAND_HELPERS = ("db_octal", "db_tag", "db_has", "db_length_class")
SEGMENT_FACTS = 20
"""Facts packed by one gzip: when a session is cut, at most these are lost."""
FRAME_BYTES = 64
"""Room for the exit frame inside the capped pipe."""
SOURCE_BYTES = 65_536


class BatchError(ValueError):
    """The facts cannot be compiled; says which and why."""


class Planned(Model):
    """A fact or a source as the batch obtains it."""

    name: str
    platform: str
    spec: FactSpec | Source
    source: str | None = None
    """Name of the source whose instances it is gathered for."""

    @cached_property
    def limit(self) -> int:
        """Bytes above which the text is truncated."""
        return self.spec.limit if isinstance(self.spec, FactSpec) else SOURCE_BYTES

    @cached_property
    def method(self) -> str:
        """The reviewed command or paths, as shown to people."""
        if isinstance(self.spec, Source):
            return self.spec.run.strip()
        return (self.spec.run or self.spec.file or " ".join(self.spec.files or ())).strip()


class Parameters(Model):
    """What differs per session. Everything is checked, since it becomes shell text."""

    nonce: str = Field(pattern=r"^[0-9a-f]{32}$")
    tag_key: str = Field(default="", pattern=r"^([0-9a-f]{64})?$", repr=False)
    addresses: str = Field(default="", pattern=r"^[0-9a-fA-F.:,]*$", max_length=2000)
    budget: int = Field(default=60, ge=1, le=9999)
    """Seconds after which no further fact is begun."""
    plain: bool = False
    """Without gzip: for a printed batch, and where binary output is in doubt."""
    quiet: bool = False
    """Drop stderr: for a printed batch and for terminals, where it would mix into the output."""

    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Names and values as the shell knows them."""
        return (
            ("nonce", self.nonce),
            ("tag_key", self.tag_key),
            ("addresses", self.addresses),
            ("budget", str(self.budget)),
            ("plain", "1" if self.plain else ""),
            ("quiet", "1" if self.quiet else ""),
        )


class Batch(Model):
    """A compiled batch: its text, its digest and what it will bring."""

    body: str
    digest: str
    """SHA-256 of `body`."""
    planned: tuple[Planned, ...]
    """Sources and facts in the order they are gathered."""

    def script(self, parameters: Parameters) -> str:
        """The text to send, or to print for an officer: parameters, body, start."""
        assignments = [f"db_digest='{self.digest}'"]
        assignments += [f"db_{key}={shlex.quote(value)}" for key, value in parameters.pairs()]
        return "\n".join(assignments) + "\n" + self.body + "{ db_main; exit; }\n"

    def helper(self) -> str:
        """The file an administrator installs (root-owned, 0755) so that sudo needs to allow nothing else."""
        return f"#!/bin/sh\ndb_digest='{self.digest}'\n{HELPER}\n{self.body}{{ db_helper; exit; }}\n"

    def helper_input(self, parameters: Parameters) -> bytes:
        """What the installed batch reads: exactly 4,096 bytes, so that it works where a terminal has no end of file."""
        text = "".join(f"{key}={value}\n" for key, value in parameters.pairs())
        return text.encode().ljust(4096, b"\n")


def compile_batch(platforms: Mapping[str, FactsFile], wanted: Collection[str] | None = None) -> Batch:
    """Compile the gathered facts (all, or those named in `wanted`) of these platforms, with the sources they need.

    Raises BatchError when names collide, a source is unknown or a function is not readable.
    """
    planned = tuple(_planned(platforms, wanted))
    functions = _functions(platforms)
    chunks = list(_definitions(planned, functions))
    groups = _groups(planned)
    chunks += [_group(i, groups, planned) for i in range(len(groups))]
    chunks.append(_start(len(groups)))
    body = RUNTIME + "\n" + "\n".join(chunks) + "\n"
    return Batch(body=body, digest=hashlib.sha256(body.encode()).hexdigest(), planned=planned)


def _planned(platforms: Mapping[str, FactsFile], wanted: Collection[str] | None) -> Iterator[Planned]:
    """Each fact once, sources before what depends on them, in an order that depends on names only."""
    facts: list[Planned] = []
    seen: dict[str, str] = {}
    for platform, name, spec in _gathered(platforms):
        if wanted is not None and name not in wanted:
            continue
        _unique(seen, name, platform)
        facts.append(Planned(name=name, platform=platform, spec=spec, source=spec.for_each))
    for name in sorted({fact.source for fact in facts if fact.source}):
        platform, source = _source(platforms, name)
        _unique(seen, name, platform)
        yield Planned(name=name, platform=platform, spec=source)
    yield from facts


def _gathered(platforms: Mapping[str, FactsFile]) -> Iterator[tuple[str, str, FactSpec]]:
    for platform in sorted(platforms):
        for name, spec in sorted(platforms[platform].facts.items()):
            if spec.gathered:
                yield platform, name, spec


def _unique(seen: dict[str, str], name: str, platform: str) -> None:
    if name in seen:
        raise BatchError(f"{seen[name]} 和 {platform} 都定义了 {name}：事实和来源的名字在一个批次里不能重复")
    seen[name] = platform


def _source(platforms: Mapping[str, FactsFile], name: str) -> tuple[str, Source]:
    for platform in sorted(platforms):
        if name in platforms[platform].sources:
            return platform, platforms[platform].sources[name]
    raise BatchError(f"for_each 指的来源 {name} 没有定义，请写在 facts.yaml 的 sources 下")


def _functions(platforms: Mapping[str, FactsFile]) -> dict[str, str]:
    """Everything commands may call: our helpers and the functions of the platforms."""
    ours = split_functions(RUNTIME)
    functions = {name: ours[name] for name in COMMAND_HELPERS}
    for platform in sorted(platforms):
        try:
            own = split_functions(platforms[platform].functions)
        except ValueError as error:
            raise BatchError(f"平台 {platform}：{error}") from None
        for name, text in own.items():
            if name in ours or functions.get(name, text) != text:
                raise BatchError(f"平台 {platform} 的函数 {name} 与已有的同名函数冲突，请改名")
            functions[name] = text
    return functions


def _groups(planned: Sequence[Planned]) -> list[list[Planned]]:
    """Facts packed together: those of one source with it, the others by the dozen."""
    sources = [[p, *(q for q in planned if q.source == p.name)] for p in planned if isinstance(p.spec, Source)]
    single = [p for p in planned if isinstance(p.spec, FactSpec) and p.source is None]
    return [single[i : i + SEGMENT_FACTS] for i in range(0, max(len(single), 1), SEGMENT_FACTS)] + sources


def _definitions(planned: Sequence[Planned], functions: Mapping[str, str]) -> Iterator[str]:
    """The functions of the facts, and as data the functions that their child shells get."""
    used: set[str] = set()
    bodies: list[str] = []
    for number, item in enumerate(planned):
        if item.spec.run is not None and not is_plain(item.spec.run):
            needed = needed_functions(item.spec.run, functions)
            used.update(needed)
            bodies.append(_child_script(number, item, needed, _variables(item, planned)))
        bodies.append(_source_function(number, item) if isinstance(item.spec, Source) else _fact_function(number, item))
    for name in functions:
        if name in used:
            yield f"db_text_{name}={shlex.quote(functions[name])}"
    yield from bodies


def _variables(item: Planned, planned: Iterable[Planned]) -> tuple[str, ...]:
    for other in planned:
        if other.name == item.source and isinstance(other.spec, Source):
            return other.spec.variables
    return ()


def _child_script(number: int, item: Planned, needed: Sequence[str], variables: Sequence[str]) -> str:
    """A function that prints the script of a command that needs a shell: it goes to the child through a pipe.

    The values between the quotes were checked to hold none (sources by db_valid, addresses and keys by Parameters).
    """
    passed = [*variables, "db_addresses", *(("db_ipad", "db_opad") if "db_tag" in needed else ())]
    lines = [f"  printf '%s\\n' \"{name}='${name}'\"" for name in passed]
    lines += [f"  printf '%s\\n' \"$db_text_{name}\"" for name in needed]
    lines.append(
        f"  printf '%s\\n' {shlex.quote('{' + chr(10) + (item.spec.run or '').strip() + chr(10) + '} </dev/null')}"
    )
    return f"db_script_{number}() {{\n" + "\n".join(lines) + "\n}"


def _capped(number: int, item: Planned, cap: int) -> str:
    """The command in a pipe that takes no more than `cap` bytes, its exit status framed inside."""
    limit = f"${{db_timeout:+$db_timeout {item.spec.timeout}}}"
    command = (item.spec.run or "").strip()
    ran = f"{limit} {command} </dev/null" if is_plain(command) else f"db_script_{number} | {limit} /bin/sh"
    return f'{{ {ran}; db_exit "$?"; }} | head -c {cap}'


def _ready(spec: FactSpec | Source) -> str:
    return f"db_ready {int(spec.root)} {shlex.quote(spec.tool)}"


def _fact_function(number: int, item: Planned) -> str:
    spec = item.spec
    assert isinstance(spec, FactSpec)  # noqa: S101
    if spec.run is not None:
        work = [_capped(number, item, spec.limit + FRAME_BYTES)]
    elif spec.file is not None:
        work = [f"db_file {spec.limit + 1} {path_word(spec.file)}"]
    else:
        work = _files(spec.files or (), spec.limit)
    dated = [f"  db_dated {path_word(spec.dated_by)}"] if spec.dated_by else []
    lines = [f'  db_begin {item.name} "$1"', f"  if {_ready(spec)}; then"]
    lines += [f"    {line}" for line in work] + ["  fi", *dated, "  db_end"]
    return f"db_fact_{number}() {{\n" + "\n".join(lines) + "\n}"


def _files(patterns: Sequence[str], limit: int) -> list[str]:
    directories = list(dict.fromkeys(d for pattern in patterns for d in glob_directories(pattern)))
    words = " ".join(map(path_word, patterns))
    listable = ["db_dirs " + " ".join(map(path_word, directories))] if directories else []
    return [*listable, f"db_files {limit + 1} {limit + FRAME_BYTES} {words}"]


def _source_function(number: int, item: Planned) -> str:
    spec = item.spec
    assert isinstance(spec, Source)  # noqa: S101
    return "\n".join(
        [
            f"db_fact_{number}() {{",
            f"  db_begin {item.name} ''",
            "  db_list=''",
            f"  if {_ready(spec)}; then",
            f"    db_output=$({_capped(number, item, SOURCE_BYTES + FRAME_BYTES)})",
            f'    db_lines {len(spec.variables)} {spec.limit} "$db_output"',
            "  fi",
            "  db_end",
            "}",
        ]
    )


def _group(index: int, groups: Sequence[Sequence[Planned]], planned: Sequence[Planned]) -> str:
    numbers = {item.name: number for number, item in enumerate(planned)}
    group = groups[index]
    lines: list[str] = ["  db_header"] if index == 0 else []
    if not group or isinstance(group[0].spec, FactSpec):
        lines += [f"  db_fact_{numbers[item.name]} ''" for item in group]
    else:
        lines += [f"  db_fact_{numbers[group[0].name]}"]
        lines += _loop(group[0].spec, [numbers[item.name] for item in group[1:]])
    lines += ["  db_finish"] if index == len(groups) - 1 else []
    return f"db_group_{index}() {{\n" + "\n".join(lines) + "\n}"


def _loop(source: Source, dependents: Sequence[int]) -> list[str]:
    """Each instance's variables, then every fact gathered for it."""
    lines = ["  set -f", "  IFS=$db_nl", "  set -- $db_list", '  IFS=" $db_tab$db_nl"', "  set +f", "  for db_row do"]
    lines.append("    db_rest=$db_row$db_tab")
    for variable in source.variables:
        lines.append(f'    {variable}=${{db_rest%%"$db_tab"*}}; db_rest=${{db_rest#*"$db_tab"}}')
    lines += [f'    db_fact_{number} "${source.variables[0]}"' for number in dependents]
    return [*lines, "  done"]


def _start(groups: int) -> str:
    """The list of groups; the first says the header, the last the end mark (missing: the session was cut)."""
    lines = ["db_finish() {", "  printf '\\n@%s Z\\n' \"$db_nonce\"", "}", "db_segments() {"]
    lines += [f'  db_segment db_group_{i} "$1"' for i in range(groups)]
    return "\n".join([*lines, "}"])
