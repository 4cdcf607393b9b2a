"""Finds the batch's output in what a channel brought, and unpacks it within limits."""

import re
import zlib
from dataclasses import dataclass

NOISE_LIMIT = 65_536
"""Bytes a noisy login shell may print before the batch begins."""
_START = re.compile(rb"@([0-9a-f]{32}) S (gzip|plain)\r?\n")


@dataclass(frozen=True)
class Unpacked:
    """Framed output, still raw."""

    nonce: str = ""
    frames: bytes = b""
    noise: int = 0
    """Bytes before the batch began."""
    cut: str = ""
    """Why the output is not whole, in Chinese; empty when unpacking saw nothing wrong."""


def unpack(stdout: bytes, limit: int, nonce: str | None = None) -> Unpacked:
    """Skip noise, gunzip (or not), never more than `limit` bytes. With `nonce`, only that session's output counts."""
    start = _find(stdout, nonce)
    if start is None:
        return Unpacked(noise=len(stdout), cut="没有找到批处理的输出")
    payload = stdout[start.end() :]
    found = start[1].decode()
    if start[2] == b"gzip":
        frames, cut = gunzip(payload, limit)
    else:
        # A terminal or an editor may have changed the line ends of a plain output.
        plain = payload.replace(b"\r\n", b"\n") if start[0].endswith(b"\r\n") else payload
        frames, cut = plain[:limit], "输出超过上限" if len(plain) > limit else ""
    return Unpacked(nonce=found, frames=frames, noise=start.start(), cut=cut)


def _find(stdout: bytes, nonce: str | None) -> re.Match[bytes] | None:
    for start in _START.finditer(stdout[: NOISE_LIMIT + 64]):
        if nonce is None or start[1].decode() == nonce:
            return start
    return None


def gunzip(payload: bytes, limit: int) -> tuple[bytes, str]:
    """Every gzip member as far as it goes; (bytes, why it is not whole)."""
    parts: list[bytes] = []
    size = 0
    while payload.startswith(b"\x1f\x8b"):
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(payload, limit - size + 1)
        except zlib.error:
            return b"".join(parts), "压缩数据损坏"
        parts.append(part)
        size += len(part)
        if size > limit:
            return b"".join(parts)[:limit], "输出超过上限"
        if not member.eof:
            return b"".join(parts), "压缩数据不完整"
        payload = member.unused_data
    return b"".join(parts), "压缩数据后面有多余内容" if payload.strip() else ""
