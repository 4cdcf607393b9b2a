"""Fetches a server's host key without logging in, for a person to compare and pin."""

import time

from audit.gather.pins import HostKey
from audit.gather.target import Limits
from audit.gather.transport import Observations, connect_socket, host_key, start_transport


def scan_host_key(address: str, port: int = 22, *, legacy: bool = False, timeout: float = 10.0) -> HostKey:
    """The host key a server shows. Sends no user name and no secret. Raises Trouble."""
    until = time.monotonic() + 2 * timeout
    connection = connect_socket(address, port, timeout)
    transport = start_transport(connection, Observations(legacy=legacy), Limits(connect=timeout), until, legacy=legacy)
    try:
        return host_key(transport)
    finally:
        transport.close()
