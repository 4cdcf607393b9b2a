"""The demonstration: this machine and three private OpenSSH servers on loopback addresses, audited for real.

Nothing is installed and nothing is left running: the servers are ours, end with the demonstration, and nothing but this
machine's loopback addresses is touched.
"""

import base64
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from audit.gather.pins import HostKey, accept
from lab.sshd import SshdMissing, SshdServer, find_sshd

FOLDER = Path(__file__).resolve().parent.parent / ".cache" / "demo"
STRONG = {
    "Ciphers": "chacha20-poly1305@openssh.com,aes256-gcm@openssh.com,aes256-ctr",
    "MACs": "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com",
    "KexAlgorithms": "curve25519-sha256,curve25519-sha256@libssh.org,ecdh-sha2-nistp256",
}
SERVERS: dict[str, tuple[str, dict[str, str]]] = {
    "demo-hardened": ("加固过的演示服务器", {**STRONG, "ClientAliveInterval": "300", "ClientAliveCountMax": "1"}),
    "demo-default": ("默认配置的演示服务器", {}),
    "demo-weak": ("有弱算法的演示服务器", {"Ciphers": "aes256-ctr,aes128-cbc", "MACs": "hmac-sha2-256,hmac-sha1"}),
}
CAMPUS = """\
campus: {{id: demo, name: 演示学校}}
zones:
  loopback: {{name: 本机回环, cidr: 127.0.0.0/29, reach: []}}
assets:
  this-machine: {{class: server, name: 运行演示的这台机器, access: local}}
{assets}
systems:
  portal: {{name: 学校门户网站, level: S2A2, assets: [this-machine, demo-hardened, demo-default]}}
  records: {{name: 学籍管理系统, level: S3A2, assets: [demo-default, demo-weak], personal_information: true}}
logins:
{logins}
"""
ASSET = """\
  {name}:
    class: server
    name: {title}
    zone: loopback
    address: {address}
    port: {port}
    access: {{method: ssh, login: {name}}}
    approved: {{ports: [tcp/22]}}
"""


def main() -> int:
    """Run the demonstration; the exit code is the audit's."""
    begun = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True, mode=0o755)
    print("启动三个演示用的 SSH 服务器（只在 127.0.0.2–127.0.0.4，演示结束即关闭）…", flush=True)
    try:
        with ExitStack() as stack:
            servers = {name: stack.enter_context(_server(number, name)) for number, name in enumerate(SERVERS, start=2)}
            campus = _write_campus(servers)
            code = subprocess.run(
                [sys.executable, "-m", "audit.cli", "audit", "-c", str(campus), "--fail-on", "never"], check=False
            ).returncode
    except SshdMissing as error:
        print(f"演示没有做成：{error}", file=sys.stderr)
        return 2
    print(f"用时 {time.monotonic() - begun:.1f} 秒。用浏览器打开上面的报告；campus.yaml 在 {FOLDER / 'campus.yaml'}。")
    return code


def _server(number: int, name: str) -> SshdServer:
    program = find_sshd()
    settings = dict(SERVERS[name][1])
    if program.libraries is not None:
        # The unpacked server needs its libraries again when a session asks it for its effective settings.
        settings["SetEnv"] = f"LD_LIBRARY_PATH={program.libraries}"
    return SshdServer(FOLDER / "servers" / name, f"127.0.0.{number}", settings=settings)


def _write_campus(servers: dict[str, SshdServer]) -> Path:
    """campus.yaml of the demonstration, and the pins of servers whose keys we have just made."""
    assets = "".join(
        ASSET.format(name=name, title=SERVERS[name][0], address=server.address, port=server.port)
        for name, server in servers.items()
    )
    logins = "".join(
        f"  {name}: {{user: {server.user}, key: 'file:{server.user_key}'}}\n" for name, server in servers.items()
    )
    path = FOLDER / "campus.yaml"
    path.write_text(CAMPUS.format(assets=assets, logins=logins), encoding="utf-8")
    output = FOLDER / "dengbao-data"
    output.mkdir(mode=0o700)
    for name, server in servers.items():
        kind, _, encoded = server.host_key.partition(" ")
        accept(output / "hostkeys", name, HostKey(kind, base64.b64decode(encoded)))
    return path


if __name__ == "__main__":
    sys.exit(main())
