"""One fix script as text: prelude, what the officer reads, host, thresholds, subjects, and the check's own shell.

Everything that came from a target or from campus.yaml stands in single quotes; a subject with characters that no
account, port, path or unit has gets no script at all (`fit`).
"""

import hashlib
import re
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from checks.model.finding import Scalar
from checks.model.fix import FixScript
from reports.clean import clean_line

_FIT = re.compile(r"[A-Za-z0-9_./:@,=+*%\[\]][A-Za-z0-9_./:@,=+*%\[\] -]{0,255}", re.ASCII)
HEADLINES = 3
"""How many of the told lines stand at the top of the file as well."""
_NOT_IN_A_PLACE = re.compile(r"[^a-z0-9.-]+")


@dataclass(frozen=True, slots=True)
class ScriptOrder:
    """What one script is written from."""

    check: str
    asset: str
    """Id of the asset, shown and part of the place where originals are kept."""
    script: FixScript
    host_key: str = ""
    """`SHA256:…` of the pinned SSH host key; empty: the host cannot be told from another."""
    subjects: tuple[str, ...] = ()
    thresholds: Mapping[str, Scalar] = field(default_factory=dict)
    told: tuple[str, ...] = ()
    """What the officer reads before anything is done, line by line."""

    @property
    def place(self) -> str:
        """Folder name for the originals: the check, and on a child asset which child (two Redis on one host)."""
        child = self.asset.partition("/")[2]
        if not child:
            return self.check
        told = _NOT_IN_A_PLACE.sub("-", child.lower())[:40]
        return f"{self.check}+{told}-{hashlib.sha256(child.encode()).hexdigest()[:8]}"


def fit(subject: str) -> bool:
    """Whether a subject can be an argument of a script: short, ASCII, no quote, no control character, no leading dash."""
    return _FIT.fullmatch(subject) is not None


def script_text(order: ScriptOrder) -> str:
    """The whole script, ready to be written to a file. Raises ValueError on a subject that is not `fit`."""
    if unfit := [subject for subject in order.subjects if not fit(subject)]:
        raise ValueError(f"subject that must not become shell text: {unfit[0]!r}")
    return "\n".join(
        [
            "#!/bin/sh",
            *(f"# {clean_line(line)}" for line in order.told[:HEADLINES]),
            "# 用法：sh 本文件（先看要做什么，再问）；sh 本文件 apply（执行）；sh 本文件 undo（撤销）。要用 root。",
            *_settings(order),
            _function("apply", order.script.apply),
            _function("undo", order.script.undo or ":"),
            _function("fx_each_subject", " ".join(['"$1"', *map(shlex.quote, order.subjects)])),
            _function("fx_show", _says(order.told)),
            "",
            prelude(),
            'fx_main "$@"',
            "",
        ]
    )


@cache
def prelude() -> str:
    """The shell functions every script brings along."""
    return files("reports").joinpath("fixes", "prelude.sh").read_text(encoding="utf-8")


def digest(script: FixScript) -> str:
    """What a proof is bound to: the script and the prelude it ran with."""
    whole = "\0".join((prelude(), script.apply, script.undo))
    return hashlib.sha256(whole.encode()).hexdigest()[:16]


def _settings(order: ScriptOrder) -> Iterable[str]:
    named: dict[str, Scalar] = {
        "fx_id": order.place,
        "fx_asset": clean_line(order.asset),
        "fx_host_key": order.host_key,
        **order.thresholds,
    }
    return (f"{name}={shlex.quote(str(value))}" for name, value in named.items())


def _says(lines: Iterable[str]) -> str:
    return "\n".join(f"say {shlex.quote(clean_line(line))}" for line in lines) or ":"


def _function(name: str, body: str) -> str:
    return f"{name}() {{\n{body.rstrip()}\n}}"
