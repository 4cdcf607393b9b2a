"""paramiko, loaded without a part of it that is never used here and takes a third of its import (decision 0013).

Only `audit.gather` uses it, and always from here.
"""

import sys

_known = "invoke" in sys.modules
if not _known:
    sys.modules["invoke"] = None  # type: ignore[assignment]  # the documented way to say: not installed

import paramiko  # noqa: E402
from paramiko.kex_curve25519 import KexCurve25519  # noqa: E402

if not _known:
    del sys.modules["invoke"]

__all__ = ["KexCurve25519", "paramiko"]
