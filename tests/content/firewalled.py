"""A server behind real firewall rules and a neighbour who really tries: run in a network namespace of its own.

    unshare --net python -m tests.content.firewalled < request.json

The request: `setup` (shell text that loads rules), `gather` (shell text that prints the fact). The answer: `fact` and, by
`address port`, whether the neighbour got through from that address.
"""

import ctypes
import json
import os
import selectors
import socket
import subprocess
import sys
import time
from contextlib import ExitStack

SERVER = {"10.1.0.7": "10.1.0.1", "10.2.0.7": "10.2.0.1"}
"""Neighbour's address → the server's address in the same network."""
PORTS = (22, 80, 47113)
WAIT = 1.6
"""Seconds for all attempts: the second try of a lost first packet (after one second) still counts."""
_CLONE_NEWNET = 0x40000000
_LINK = """
ip link set lo up
ip link add eth0 type veth peer name eth1 netns "$1"
ip link set eth0 up
ip addr add 10.1.0.1/24 dev eth0
ip addr add 10.2.0.1/24 dev eth0
"""
_PEER = "ip link set eth1 up; ip addr add 10.1.0.7/24 dev eth1; ip addr add 10.2.0.7/24 dev eth1"


def main() -> None:
    """Answer one request."""
    request = json.load(sys.stdin)
    go, answer = os.pipe(), os.pipe()
    child = os.fork()
    if child == 0:
        _neighbour(go[0], answer[1])
    os.read(answer[0], 1)  # it has its own namespace
    subprocess.run(["sh", "-eu", "-c", _LINK, "sh", str(child)], check=True)
    with ExitStack() as stack:
        for port in PORTS:
            listening = stack.enter_context(socket.socket())
            listening.bind(("0.0.0.0", port))
            listening.listen()
        subprocess.run(["sh", "-eu", "-c", request["setup"]], check=True)
        fact = subprocess.run(["sh", "-c", request["gather"]], check=True, capture_output=True, text=True).stdout
        os.write(go[1], b"x")
        reached = json.loads(os.read(answer[0], 65536))
    os.waitpid(child, 0)
    print(json.dumps({"fact": fact, "reached": reached}))


def _neighbour(go: int, answer: int) -> None:
    if ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWNET):
        os._exit(1)
    os.write(answer, b"x")
    os.read(go, 1)
    subprocess.run(["sh", "-eu", "-c", _PEER], check=True)
    os.write(answer, json.dumps(_attempts()).encode())
    os._exit(0)


def _attempts() -> dict[str, bool]:
    """Every connection at once: those that are dropped would each cost their own waiting."""
    trying: dict[socket.socket, str] = {}
    for mine, theirs in SERVER.items():
        for port in PORTS:
            one = socket.socket()
            one.setblocking(False)
            one.bind((mine, 0))
            one.connect_ex((theirs, port))
            trying[one] = f"{mine} {port}"
    found = dict.fromkeys(trying.values(), False)
    with selectors.DefaultSelector() as waiting:
        for one in trying:
            waiting.register(one, selectors.EVENT_WRITE)
        until = time.monotonic() + WAIT
        while waiting.get_map() and (left := until - time.monotonic()) > 0:
            for key, _ in waiting.select(left):
                done = trying[key.fileobj]  # type: ignore[index]
                found[done] = key.fileobj.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0  # type: ignore[union-attr]
                waiting.unregister(key.fileobj)
    return found


if __name__ == "__main__":
    main()
