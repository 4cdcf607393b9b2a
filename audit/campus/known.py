"""What the content of baselines/ adds to the reading of campus.yaml: thresholds and platforms."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from checks.language.check import Parameter
from checks.model.asset import AssetClass

_HOST = (AssetClass.SERVER, AssetClass.TERMINAL)
_DEVICE = (AssetClass.NETWORK_DEVICE, AssetClass.SECURITY_DEVICE)
_DATABASE = (AssetClass.DATABASE,)
_STORE = (AssetClass.DATABASE, AssetClass.MIDDLEWARE)
_MIDDLEWARE = (AssetClass.MIDDLEWARE,)

USUAL_PLATFORMS: Mapping[str, tuple[AssetClass, ...]] = {
    "linux": _HOST,
    "windows": _HOST,
    "kylin": _HOST,
    "huawei-vrp": _DEVICE,
    "huawei-usg": _DEVICE,
    "h3c-comware": _DEVICE,
    "ruijie-rgos": _DEVICE,
    "cisco-ios": _DEVICE,
    "zte-zxros": _DEVICE,
    "mysql": _DATABASE,
    "mariadb": _DATABASE,
    "postgresql": _DATABASE,
    "oracle": _DATABASE,
    "sqlserver": _DATABASE,
    "dameng": _DATABASE,
    "kingbase": _DATABASE,
    "redis": _STORE,
    "mongodb": _STORE,
    "nginx": _MIDDLEWARE,
    "tomcat": _MIDDLEWARE,
    "apache": _MIDDLEWARE,
    "iis": _MIDDLEWARE,
}
"""Platforms met in schools and the classes they are found on; a platform of neither list is taken as written."""


@dataclass(frozen=True)
class Known:
    """Thresholds a school may tighten (None: not known, any name is taken) and the platforms content exists for."""

    parameters: Mapping[str, Parameter] | None = None
    platforms: Mapping[str, tuple[AssetClass, ...]] = field(default_factory=dict)

    def all_platforms(self) -> dict[str, tuple[AssetClass, ...]]:
        """The usual platforms and the classes they may have, widened by what content says."""
        names = {**USUAL_PLATFORMS, **self.platforms}
        return {n: (*self.platforms.get(n, ()), *USUAL_PLATFORMS.get(n, ())) for n in names}


NOTHING_KNOWN = Known()
