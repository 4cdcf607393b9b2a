"""Credentials that were rejected rest: a wrong password must not lock accounts on thirty hosts.

The first use of a credential is proved on one asset while the others that share it wait. Rejected there: it rests for
the whole run and nobody else tries. Accepted: all go on. Not decided (the host went away): the next one has the turn.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum, auto

from audit.gather.trouble import Rejected, Trouble


class _State(Enum):
    UNTRIED = auto()
    TRYING = auto()
    PROVED = auto()
    RESTING = auto()


@dataclass
class _Credential:
    state: _State = _State.UNTRIED
    rejected_by: str = ""


@dataclass
class Credentials:
    """What is known of each credential in this run. Safe to share between threads."""

    _known: dict[str, _Credential] = field(default_factory=dict)
    _changed: threading.Condition = field(default_factory=threading.Condition)

    @contextmanager
    def turn(self, name: str, asset: str, until: float) -> Iterator[None]:
        """Use a credential inside this block: leaving it normally proves it, raising Rejected lets it rest.

        Waits while another asset proves it, until the monotonic time `until`. Raises Trouble when it rests.
        """
        proving = self._begin(name, until)
        try:
            yield
        except Rejected:
            self._end(name, _State.RESTING, asset)
            raise
        except BaseException:
            if proving:
                self._end(name, _State.UNTRIED)
            raise
        self._end(name, _State.PROVED)

    def _begin(self, name: str, until: float) -> bool:
        with self._changed:
            known = self._known.setdefault(name, _Credential())
            while known.state is _State.TRYING:
                if not self._changed.wait(max(0.0, until - time.monotonic())) and time.monotonic() >= until:
                    raise Trouble(
                        "等待另一台资产先验证同一个凭据，直到超时", "请先解决那台资产的登录问题，或延长时限后重试"
                    )
            if known.state is _State.RESTING:
                raise Trouble(
                    f"凭据 {name} 已被 {known.rejected_by} 拒绝，本次运行不再使用它，没有在这台资产上尝试",
                    "请核对用户名和密码（或密钥）后重新运行；这样做是为了不触发各主机的登录失败锁定",
                )
            if known.state is _State.UNTRIED:
                known.state = _State.TRYING
                return True
            return False

    def _end(self, name: str, state: _State, asset: str = "") -> None:
        with self._changed:
            known = self._known[name]
            if known.state is not _State.RESTING:
                known.state, known.rejected_by = state, asset
            self._changed.notify_all()
