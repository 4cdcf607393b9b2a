"""Child assets found on a host: each instance of a source that has an asset class (two Redis, one host: two children)."""

from collections.abc import Iterator

from checks.judge.snapshot import FactBase, Snapshot
from checks.language.load import Content
from checks.model.asset import Asset
from checks.model.run import NotCovered


def discovered(
    content: Content, assets: tuple[Asset, ...], base: FactBase
) -> tuple[tuple[Asset, ...], tuple[NotCovered, ...]]:
    """(children found on `assets`, what could not be looked for). A declared child of the same id is left as declared."""
    known = {asset.id for asset in assets}
    found: list[Asset] = []
    blind: list[NotCovered] = []
    for asset in assets:
        if asset.parent is not None:
            continue
        for child, gap in _children(content, asset, Snapshot(asset, content, base)):
            if gap is not None:
                blind.append(gap)
            elif child is not None and child.id not in known:
                known.add(child.id)
                found.append(child)
    return tuple(found), tuple(blind)


def _children(content: Content, asset: Asset, snapshot: Snapshot) -> Iterator[tuple[Asset | None, NotCovered | None]]:
    for platform in content.inside(asset.platform or ""):
        for name, source in sorted(platform.facts.sources.items()):
            if source.asset_class is None:
                continue
            fact, keys = snapshot.instances(name)
            if fact.cause:
                yield (
                    None,
                    NotCovered(
                        asset=asset.id,
                        what=f"{platform.facts.platform.title.zh} 的实例",
                        cause=fact.cause,
                        kind="instances",
                    ),
                )
            for key in keys:
                yield (
                    Asset(
                        id=f"{asset.id}/{key}",
                        asset_class=source.asset_class,
                        name=f"{asset.name or asset.id} {key}",
                        platform=source.platform or platform.name,
                        parent=asset.id,
                        zone=asset.zone,
                        origin="discovered",
                    ),
                    None,
                )
