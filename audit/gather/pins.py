"""Pinned host keys: OpenSSH known_hosts lines whose host name is the asset's id (`ssh -o HostKeyAlias=web-01` reads them)."""

import base64
import binascii
import hashlib
import os
import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

PinState = Literal["pinned", "unknown", "changed", "none"]
_ASSET = re.compile(r"[^\s*?!,|#@\[\]\"'\\]+\Z")
_TYPE = re.compile(r"[a-z0-9@.-]{3,64}\Z")


class PinError(Exception):
    """The pins cannot be read or written; says which file and line, and what to do."""


@dataclass(frozen=True)
class HostKey:
    """A server's public host key."""

    type: str
    blob: bytes

    @property
    def sha256(self) -> str:
        """Fingerprint as OpenSSH prints it."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.blob).digest()).decode().rstrip("=")

    @property
    def line(self) -> str:
        """Type and key as they stand in known_hosts."""
        return f"{self.type} {base64.b64encode(self.blob).decode()}"


@dataclass(frozen=True)
class Pins:
    """Pinned keys by asset id."""

    keys: dict[str, tuple[HostKey, ...]]

    def verify(self, asset: str, key: HostKey) -> PinState:
        """pinned: this very key; changed: the asset has other pinned keys; unknown: it has none."""
        pinned = self.keys.get(asset, ())
        if key in pinned:
            return "pinned"
        return "changed" if pinned else "unknown"

    def types(self, asset: str) -> tuple[str, ...]:
        """Key types pinned for an asset: asked for first, as OpenSSH does."""
        return tuple(dict.fromkeys(key.type for key in self.keys.get(asset, ())))


def load_pins(path: Path) -> Pins:
    """Read the pins; a missing file means none. Raises PinError on lines that are no pins."""
    keys: dict[str, list[HostKey]] = {}
    for number, line in enumerate(_lines(path), 1):
        if not line.strip() or line.startswith("#"):
            continue
        asset, key = _parse(line, f"{path}:{number}")
        keys.setdefault(asset, []).append(key)
    return Pins({asset: tuple(found) for asset, found in keys.items()})


def accept(path: Path, asset: str, key: HostKey) -> None:
    """Pin `key` as the only key of that type for an asset, after a person compared the fingerprint."""
    if not _ASSET.match(asset):
        raise PinError(f"资产名 {asset!r} 不能写进主机密钥文件：不要用空格和 * ? ! , # @ 等字符")
    load_pins(path)
    kept = [line for line in _lines(path) if not _is(line, asset, key.type)]
    _write(path, [*kept, f"{asset} {key.line}"])


def forget(path: Path, asset: str) -> int:
    """Remove every pin of an asset; returns how many there were."""
    lines = _lines(path)
    kept = [line for line in lines if not _is(line, asset)]
    if len(kept) != len(lines):
        _write(path, kept)
    return len(lines) - len(kept)


def _lines(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8") as file:
            if os.fstat(file.fileno()).st_mode & 0o022:
                raise PinError(f"主机密钥文件 {path} 别的用户可以改：请执行 chmod 600 {path} 并核对里面的密钥")
            return file.read().splitlines()
    except FileNotFoundError:
        return []
    except (OSError, UnicodeDecodeError) as error:
        raise PinError(f"读不了主机密钥文件 {path}：{error}") from None


def _parse(line: str, where: str) -> tuple[str, HostKey]:
    words = line.split()
    try:
        asset, kind, encoded = words[:3]
        blob = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise PinError(f"{where}：不是「资产名 密钥类型 密钥」格式的主机密钥，请改正或删除这一行") from None
    if not _TYPE.match(kind) or blob[4 : 4 + len(kind)] != kind.encode():
        raise PinError(f"{where}：密钥内容与类型 {kind[:64]} 不符，请删除这一行后重新确认主机密钥")
    return asset, HostKey(kind, blob)


def _is(line: str, asset: str, kind: str = "") -> bool:
    words = line.split()
    return len(words) >= 3 and words[0] == asset and (not kind or words[1] == kind)


def _write(path: Path, lines: Iterable[str]) -> None:
    """Replace the file in one step, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
