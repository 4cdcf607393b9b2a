"""Pinned host keys: OpenSSH reads them, they are private, and a doubtful file is refused."""

import base64
import subprocess
from pathlib import Path

import pytest

from audit.gather.pins import HostKey, PinError, accept, forget, load_pins


def key(kind: str, fill: bytes) -> HostKey:
    """A key blob of the right outer form."""
    return HostKey(kind, len(kind).to_bytes(4, "big") + kind.encode() + fill * 32)


ED, OTHER, RSA = key("ssh-ed25519", b"a"), key("ssh-ed25519", b"b"), key("ssh-rsa", b"c")


def test_accepted_keys_are_pinned_and_others_are_changed_or_unknown(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "hostkeys"
    accept(path, "web-01", ED)
    accept(path, "web-01", RSA)
    pins = load_pins(path)
    assert pins.verify("web-01", ED) == "pinned"
    assert pins.verify("web-01", OTHER) == "changed"
    assert pins.verify("db-01", ED) == "unknown"
    assert pins.types("web-01") == ("ssh-ed25519", "ssh-rsa")
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["hostkeys"]  # no temporary file is left


def test_accepting_again_replaces_and_forgetting_removes(tmp_path: Path) -> None:
    path = tmp_path / "hostkeys"
    accept(path, "web-01", ED)
    accept(path, "web-02", ED)
    accept(path, "web-01", OTHER)
    assert load_pins(path).verify("web-01", ED) == "changed"
    assert forget(path, "web-01") == 1
    assert forget(path, "web-01") == 0
    assert load_pins(path).verify("web-01", OTHER) == "unknown"
    assert load_pins(path).verify("web-02", ED) == "pinned"


def test_openssh_finds_the_pin_under_the_asset_id(tmp_path: Path) -> None:
    path = tmp_path / "hostkeys"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / "k"], check=True)
    kind, encoded = (tmp_path / "k.pub").read_text().split()[:2]
    accept(path, "web-01", real := HostKey(kind, base64.b64decode(encoded)))
    found = subprocess.run(["ssh-keygen", "-l", "-F", "web-01", "-f", path], capture_output=True, text=True, check=True)
    assert real.sha256 in found.stdout


def test_a_missing_file_means_no_pins(tmp_path: Path) -> None:
    assert load_pins(tmp_path / "none").keys == {}


@pytest.mark.parametrize(
    "line", ["web-01", "web-01 ssh-ed25519 !!!", "web-01 ssh-rsa " + ED.line.split()[1], "a b c d"]
)
def test_lines_that_are_no_pins_are_errors_with_their_place(tmp_path: Path, line: str) -> None:
    path = tmp_path / "hostkeys"
    path.write_text(f"# pins\n{line}\n")
    path.chmod(0o600)
    with pytest.raises(PinError, match=":2"):
        load_pins(path)


def test_a_file_others_may_change_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "hostkeys"
    accept(path, "web-01", ED)
    path.chmod(0o666)
    with pytest.raises(PinError, match="chmod 600"):
        load_pins(path)


@pytest.mark.parametrize("asset", ["*", "a b", "!x", "a,b", "|1|x", "#x", "@cert-authority", "a\nb"])
def test_ids_that_mean_something_else_to_openssh_are_refused(tmp_path: Path, asset: str) -> None:
    with pytest.raises(PinError):
        accept(tmp_path / "hostkeys", asset, ED)
