"""The framed output → sections: what stands under each fact's marks. Whatever the bytes are, in time linear in their number.

A mark is a line `@<nonce> <kind> …` after a line end of its own: H header, B a fact begins, X its exit status, E it ends, Z the
end of all. Each fact also marks stderr, so that what it complained of is known to be its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple

from audit.gather.unpack import Unpacked

_ERROR_BYTES = 4096
"""Of what a fact wrote to stderr: enough for a detail."""
_HEADER = re.compile(rb"1 ([0-9a-f]{64}) ([0-9]{1,12})(?: ([0-9]+))?(?: ([01]))?\Z")
"""Version, digest of the batch, the target's clock, its user's number, whether stderr is dropped."""
_ENDING = re.compile(rb"(?:X ([0-9]{1,12})\n)?(?:E (\S{1,128}) (\S{1,32}) (?:([0-9]{1,12})|-) (\S{0,128})\n)?")
"""What follows a fact's body: its exit status (none for a file that was not read), then name, status, date and instance."""


class Section(NamedTuple):
    """What was framed as one fact."""

    body: bytes
    exit_status: int | None = None
    ended: bool = False
    status: str = ""
    mtime: int | None = None
    error: bytes | None = None
    """What it wrote to stderr; None when its mark there never came."""


@dataclass
class Sections:
    """Everything one output holds: what the batch says of itself, the sections, and whether the end was seen."""

    digest: str = ""
    """Digest of the batch that ran, as it says itself."""
    ran_at: datetime | None = None
    """The target's own clock when it ran."""
    quiet: bool = False
    """The batch dropped stderr."""
    finished: bool = False
    _found: dict[bytes, Section] = field(default_factory=dict)

    def get(self, name: str, instance: str) -> Section | None:
        """The section of a fact; None when it never began."""
        return self._found.get(f"{name} {instance}".encode())

    def keep(self, title: bytes, section: Section) -> None:
        """A second frame of the same name can only be forged or a fault: the first stands, as cut."""
        known = self._found.get(title)
        self._found[title] = known._replace(status="truncated", ended=True) if known else section

    def unheard(self, section: Section) -> bool:
        """Whether what this fact wrote to stderr never came (cut, or lost in a flood): it may have complained."""
        return section.error is None and not self.quiet


def read_sections(unpacked: Unpacked, stderr: bytes) -> Sections:
    """The sections of an unpacked output, each with what it wrote to `stderr`."""
    if not unpacked.nonce:
        return Sections()
    mark = f"\n@{unpacked.nonce} ".encode()
    header, *_ = unpacked.frames.split(mark + b"B ", 1)
    read = _header(header, mark + b"H ")
    read.finished = mark + b"Z\n" in unpacked.frames
    errors = {title: text[:_ERROR_BYTES] for title, text in _pieces(stderr, mark)}
    for title, text in _pieces(unpacked.frames, mark + b"B "):
        body, *marks = text.split(mark)
        read.keep(title, _section(title, body, b"".join(marks), errors.get(title)))
    return read


def _section(title: bytes, body: bytes, marks: bytes, error: bytes | None) -> Section:
    ending = _ENDING.match(marks)
    code, name, status, mtime, instance = ending.groups() if ending else (None,) * 5
    return Section(
        body,
        None if code is None else int(code),
        ended=name is not None and name + b" " + (instance or b"") == title,
        status="" if status is None else status.decode("ascii", "replace"),
        mtime=None if mtime is None else int(mtime),
        error=error,
    )


def _header(header: bytes, mark: bytes) -> Sections:
    for line, _ in _pieces(header, mark):
        found = _HEADER.match(line)
        if found:
            digest, clock, _, quiet = found.groups()
            return Sections(digest.decode(), moment(int(clock)), quiet == b"1")
    return Sections()


def _pieces(frames: bytes, mark: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The rest of each line that begins with `mark`, and the bytes up to the next of them. A line that is cut is none."""
    for piece in frames.split(mark)[1:]:
        line, newline, text = piece.partition(b"\n")
        if newline:
            yield line, text


def moment(epoch: int | None) -> datetime | None:
    """Epoch seconds as a time, where a calendar has them."""
    return datetime.fromtimestamp(epoch, UTC) if epoch is not None and epoch < 253_402_300_800 else None
