"""paramiko comes without invoke, for us alone: nobody else's import of it is touched."""

import re
import subprocess
import sys
from pathlib import Path

GATHER = Path(__file__).resolve().parents[2] / "audit"


def in_a_new_process(script: str) -> str:
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.strip()


def test_gathering_loads_no_invoke_and_leaves_it_importable() -> None:
    script = "import sys, audit.gather.ssh; print('invoke' in sys.modules); import invoke; print(invoke.__name__)"
    assert in_a_new_process(script).split() == ["False", "invoke"]


def test_an_invoke_that_is_loaded_already_stays() -> None:
    assert in_a_new_process("import sys, invoke, audit.gather.ssh; print(sys.modules['invoke'] is invoke)") == "True"


def test_nothing_of_ours_imports_paramiko_but_by_that_module() -> None:
    users = {
        path.name
        for path in GATHER.rglob("*.py")
        if re.search(r"^\s*(import|from) paramiko\b", path.read_text("utf-8"), re.MULTILINE)
    }
    assert users == {"sshlib.py"}
