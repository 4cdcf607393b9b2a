"""From a reference to a secret: read where it is kept, at the moment it is needed, and never shown."""

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from audit.campus.model.reference import SecretReference

MAX_BYTES = 64 * 1024
_HIDDEN = "〈不显示〉"


class SecretError(Exception):
    """A secret could not be obtained: names the reference, the cause and the next step, never the value."""


class SecretValue:
    """A secret in memory. Printing, formatting or pickling it never shows the value; `reveal` is the only way."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The value itself: for the one call that sends it."""
        return self.__value

    def __repr__(self) -> str:
        return f"SecretValue({_HIDDEN})"

    def __str__(self) -> str:
        return _HIDDEN

    def __format__(self, spec: str) -> str:
        return _HIDDEN

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


class Secrets:
    """Resolves references during one run; the person at the terminal is asked once for each purpose."""

    def __init__(self) -> None:
        self._answers: dict[str, SecretValue] = {}

    def resolve(self, reference: SecretReference, purpose: str = "") -> SecretValue:
        """The secret behind a reference. `purpose` is what a prompt asks for, e.g. `ops 的登录口令`.

        Raises SecretError.
        """
        if reference.kind == "prompt":
            if purpose not in self._answers:
                self._answers[purpose] = _ask(purpose)
            return self._answers[purpose]
        return SecretValue(_READERS[reference.kind](reference))

    def provider(self, reference: SecretReference, purpose: str = "") -> Callable[[], str]:
        """A function that resolves the reference when it is called: for what needs the secret late or never."""
        return lambda: self.resolve(reference, purpose).reveal()


def resolve(reference: SecretReference, purpose: str = "") -> SecretValue:
    """The secret behind one reference, for a program that needs just one. Raises SecretError."""
    return Secrets().resolve(reference, purpose)


def _ask(purpose: str) -> SecretValue:
    if not sys.stdin.isatty():
        raise SecretError(f"prompt：没有终端，不能询问{purpose or '口令'}；定时运行时改用 keyring: 或 file: 引用")
    try:
        return SecretValue(click.prompt(purpose or "口令", hide_input=True, err=True))
    except click.Abort:
        raise SecretError(f"prompt：没有输入{purpose or '口令'}；重新运行并输入") from None


def _from_environment(reference: SecretReference) -> str:
    value = os.environ.get(reference.name, "")
    if not value:
        raise SecretError(f"{reference}：环境变量没有设置或为空；先 export {reference.name}")
    return value


def _from_file(reference: SecretReference) -> str:
    path = Path(reference.name).expanduser()
    try:
        # Not blocking, then judged by the open file itself: no pipe can hold us, nothing can be swapped in between.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, RuntimeError) as error:
        cause = error.strerror if isinstance(error, OSError) else "找不到主目录"
        raise SecretError(f"{reference}：打不开（{cause}）；检查路径和权限") from None
    try:
        _refuse_shared(reference, os.fstat(descriptor))
        with open(descriptor, "rb", closefd=False) as stream:
            raw = stream.read(MAX_BYTES + 1)
    finally:
        os.close(descriptor)
    if len(raw) > MAX_BYTES:
        raise SecretError(f"{reference}：超过 {MAX_BYTES // 1024} KiB，不像口令或密钥；检查路径")
    return _decoded(reference, raw)


def _refuse_shared(reference: SecretReference, state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise SecretError(f"{reference}：不是普通文件；检查路径")
    if state.st_uid not in (os.geteuid(), 0):
        raise SecretError(f"{reference}：属于别的用户，可能被换掉；复制成自己的文件，权限 600")
    if state.st_mode & 0o077:
        mode = stat.S_IMODE(state.st_mode)
        raise SecretError(f"{reference}：别的用户也能读写（权限 {mode:04o}）；执行 chmod 600 后再运行")


def _decoded(reference: SecretReference, raw: bytes) -> str:
    try:
        value = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise SecretError(f"{reference}：内容不是 UTF-8 文本；检查是不是写错了文件") from None
    value = value.removesuffix("\n").removesuffix("\r")
    if not value:
        raise SecretError(f"{reference}：文件是空的；把口令或密钥写进去")
    return value


def _from_keyring(reference: SecretReference) -> str:
    import keyring  # slow to import and needless for everyone else
    import keyring.errors

    service, _, name = reference.name.partition("/")
    try:
        value = keyring.get_password(service, name)
    except keyring.errors.KeyringError as error:
        cause = type(error).__name__
        raise SecretError(f"{reference}：系统密钥环不能用（{cause}）；解锁密钥环，或改用 file: 引用") from None
    if not value:
        raise SecretError(f"{reference}：密钥环里没有这一项；执行 keyring set {service} {name}")
    return value


_READERS: dict[str, Callable[[SecretReference], str]] = {
    "env": _from_environment,
    "file": _from_file,
    "keyring": _from_keyring,
}
