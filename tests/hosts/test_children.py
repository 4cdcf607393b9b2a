"""Two Redis on one host are two child assets, each judged by its own configuration."""

from pathlib import Path

import pytest

from lab.nspawn import Host, Lab, Login
from tests.hosts.hosted import NETWORK, key_pair, public, school, server

pytestmark = [pytest.mark.root, pytest.mark.network, pytest.mark.usefixtures("throwaway_hosts")]

SECOND = "port 6380\nbind 127.0.0.1\ndir /var/lib/redis\n"
UNIT = """\
[Service]
ExecStart=/usr/bin/redis-server /etc/redis/second.conf
User=redis
[Install]
WantedBy=multi-user.target
"""
PREPARE = """
echo 'requirepass Huancun-Mima-5512-Chang' >> /etc/redis/redis.conf
chmod 0644 /etc/redis/second.conf
ln -s /etc/systemd/system/redis-second.service /etc/systemd/system/multi-user.target.wants/
"""


def test_each_redis_on_a_host_is_judged_by_its_own_configuration(tmp_path: Path) -> None:
    key = key_pair(tmp_path / "id_ed25519")
    login = Login("audit", "", public(key), "audit ALL=(root) NOPASSWD: ALL")
    files = {"/etc/redis/second.conf": SECOND, "/etc/systemd/system/redis-second.service": UNIT}
    host = Host("cache-01", "10.99.0.11", files, PREPARE, (login,))
    with Lab([host]) as lab:
        lab.wait_ssh()
        made = school(tmp_path, lab)
        logins = {"audit": {"user": "audit", "key": f"file:{key}", "become": "sudo"}}
        system = {"name": "缓存", "level": "S2A2", "assets": ["cache-01"]}
        made.write({"cache-01": server(host, "audit")}, logins, cidr=NETWORK, systems={"portal": system})
        done = made.dengbao("audit")
        assert done.returncode == 1, done.stdout + done.stderr
    run = made.last().run
    found = {a["id"]: (a["class"], a["platform"], a["origin"]) for a in run["assets"] if a["parent"] == "cache-01"}
    redis = ("database", "redis", "discovered")
    assert found == {"cache-01/redis:6379": redis, "cache-01/redis:6380": redis}
    assert made.last().verdicts("cache-01/redis:6379")["redis-password", ""] == "pass"
    assert made.last().verdicts("cache-01/redis:6380")["redis-password", ""] == "fail"
    assert {"cache-01/redis:6379", "cache-01/redis:6380"} <= set(run["systems"][0]["assets"])
    assert "cache-01/redis:6380" in done.stdout
