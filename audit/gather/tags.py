"""Tags of secrets: an HMAC under a key of the campus, so that equal secrets are found and none can be guessed."""

import hashlib
import hmac
import os
import secrets
from importlib.resources import files
from pathlib import Path

KEY_BYTES = 32
TAG_DIGITS = 16
_PURPOSE = b"shared-secret-tag/v1"

SHELL_FUNCTIONS = (files(__package__) / "shell" / "tag.sh").read_text("utf-8")
"""The same tag in POSIX shell (`db_tag VALUE`), for the batch."""


class KeyFileError(Exception):
    """The campus key cannot be used; says which file, why and what to do."""


def campus_key(path: Path) -> bytes:
    """The campus key (32 bytes, file 0600), made the first time it is asked for. It is never exported."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read(path)
    with os.fdopen(descriptor, "wb") as file:
        file.write(key := secrets.token_bytes(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    return key


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        key = file.read(KEY_BYTES + 1)
    if status.st_mode & 0o077:
        raise KeyFileError(f"校园密钥文件 {path} 别的用户也能读：请执行 chmod 600 {path}")
    if len(key) != KEY_BYTES:
        raise KeyFileError(
            f"校园密钥文件 {path} 不是 {KEY_BYTES} 字节：请从备份恢复，或删除后重新生成（旧标记将无法比较）"
        )
    return key


def tag_key(key: bytes) -> str:
    """The sub-key for tags as hex: the only form of the campus key that a batch gets."""
    return hmac.new(key, _PURPOSE, hashlib.sha256).hexdigest()


def tag(sub_key: str, secret: str) -> str:
    """The tag of a secret: 16 hex digits; `-` without a key. Equal to what `db_tag` prints on a target."""
    if not sub_key:
        return "-"
    return hmac.new(bytes.fromhex(sub_key), secret.encode(), hashlib.sha256).hexdigest()[:TAG_DIGITS]
