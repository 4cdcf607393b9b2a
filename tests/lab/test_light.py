"""Light hosts answer like the devices they play, from their own addresses, and everything that reached them is told."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.enclosure import Enclosure
from lab.light import Light, LightFile, Listen, offer

CAMERA = Light(
    name="cam-01",
    address="10.99.40.11",
    listens=(
        Listen(port=554, says="RTSP/1.0 200 OK\r\nServer: LabCam\r\n\r\n", when="request"),
        Listen(port=23, says="login: "),
        Listen(port=67, protocol="udp", dhcp="10.99.40.200"),
    ),
)
ASK = """
import socket, sys
connection = socket.create_connection((sys.argv[1], int(sys.argv[2])), 5)
if sys.argv[3:]: connection.sendall(sys.argv[3].encode())
print(connection.recv(4096).decode())
"""


def discover() -> bytes:
    head = b"\x01\x01\x06\x00" + b"abcd" + bytes(20) + b"\x02\x00\x00\x00\x00\x09" + bytes(10) + bytes(192)
    return head + b"\x63\x82\x53\x63" + b"\x35\x01\x01" + b"\xff"


@pytest.fixture
def enclosure(throwaway_hosts: None) -> Iterator[Enclosure]:
    with Enclosure() as opened:
        opened.run(["sh", "-eu", "-c", NETWORK])
        yield opened


NETWORK = """
ip link add name zone0 type bridge; ip addr add 10.99.40.1/24 dev zone0; ip link set zone0 up
ip netns add cam-01; ip link add v0 type veth peer name eth0 netns cam-01; ip link set v0 master zone0 up
ip -n cam-01 link set lo up; ip -n cam-01 link set eth0 up; ip -n cam-01 addr add 10.99.40.11/24 dev eth0
"""


@pytest.fixture
def journal(enclosure: Enclosure, tmp_path: Path) -> Iterator[Path]:
    file, told = tmp_path / "hosts.json", tmp_path / "journal.jsonl"
    file.write_text(LightFile(hosts=(CAMERA,)).model_dump_json(), encoding="utf-8")
    argv = enclosure.entered([sys.executable, "-m", "lab.light", str(file), str(told)])
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield told
        process.communicate(timeout=10)


def events(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]


def ask(enclosure: Enclosure, *arguments: str) -> str:
    argv = enclosure.networked([sys.executable, "-c", ASK, CAMERA.address, *arguments])
    return subprocess.run(argv, capture_output=True, text=True, timeout=20, check=True).stdout


@pytest.mark.root
@pytest.mark.network
def test_a_light_host_speaks_first_or_when_asked_and_its_journal_tells_who_came(
    enclosure: Enclosure, journal: Path
) -> None:
    assert "login:" in ask(enclosure, "23")
    assert "LabCam" in ask(enclosure, "554", "OPTIONS * RTSP/1.0\r\n\r\n")
    told = [(e["host"], e["port"], e["event"].split()[0], e["peer"]) for e in events(journal)]
    assert told == [
        ("cam-01", 23, "connected", "10.99.40.1"),
        ("cam-01", 554, "connected", "10.99.40.1"),
        ("cam-01", 554, "received", "10.99.40.1"),
    ]


def test_a_second_dhcp_server_offers_an_address_to_a_discover_only() -> None:
    answer = offer(discover(), server="10.99.30.66", offered="10.99.30.200")
    assert (answer[0], answer[4:8]) == (2, b"abcd")
    assert answer[16:20] == socket.inet_aton("10.99.30.200")
    assert b"\x35\x01\x02\x36\x04" + socket.inet_aton("10.99.30.66") in answer
    assert offer(answer, server="10.99.30.66", offered="10.99.30.200") == b""
    assert offer(b"", server="10.99.30.66", offered="10.99.30.200") == b""
