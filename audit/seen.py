"""What the evidence says of the host an asset is or lives on: family and release, and the host key it proved to have. Pure."""

import re
from collections.abc import Iterable

from checks.facts.release import family_of, system_of
from checks.facts.values import Parsed
from checks.judge.snapshot import FactBase, Snapshot
from checks.language.load import Content
from checks.model.asset import Asset, Seen

_FINGERPRINT = re.compile(r"SHA256:[A-Za-z0-9+/]{43}\Z")


def with_seen(content: Content, assets: Iterable[Asset], base: FactBase) -> tuple[Asset, ...]:
    """The assets, each with what was seen of its host; a child asset has its host's."""
    every = tuple(assets)
    hosts = {asset.id: _seen(Snapshot(asset, content, base)) for asset in every if asset.parent is None}
    return tuple(asset.model_copy(update={"seen": hosts.get(asset.parent or asset.id, Seen())}) for asset in every)


def _seen(snapshot: Snapshot) -> Seen:
    release = _parsed(snapshot, "os-release")
    transport = _parsed(snapshot, "ssh-transport")
    key = _value(transport, "hostkey-sha256")
    proven = _value(transport, "hostkey") == "pinned" and _FINGERPRINT.match(key)
    return Seen(family=family_of(release), system=system_of(release), host_key=key if proven else "")


def _parsed(snapshot: Snapshot, fact: str) -> Parsed:
    if snapshot.spec(fact) is None:
        return Parsed()
    return snapshot.get(fact).parsed or Parsed()


def _value(parsed: Parsed, key: str) -> str:
    entries = parsed.entries.get(key, ())
    return entries[-1].value if entries else ""
