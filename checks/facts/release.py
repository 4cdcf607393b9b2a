"""What a release's age means for PAM: older ones have other defaults and do not read some files."""

from typing import NamedTuple

from checks.facts.values import Parsed
from checks.model.asset import Family

RHEL_LIKE = frozenset({"rhel", "centos", "almalinux", "rocky", "ol", "anolis", "scientific"})


class Since(NamedTuple):
    """First major version of a family that has a feature."""

    rhel: int
    debian: int
    ubuntu: int


QUALITY_WITHOUT_CREDITS = Since(rhel=8, debian=10, ubuntu=18)
"""libpwquality 1.4: minlen 8 and no credits; before it minlen 9 and one credit a kind of character."""
FAILLOCK_CONF = Since(rhel=8, debian=11, ubuntu=21)
"""Linux-PAM 1.4 (RHEL 8.2): pam_faillock reads /etc/security/faillock.conf; before it arguments only."""


DEBIAN_LIKE = frozenset({"debian", "ubuntu", "deepin", "linuxmint", "raspbian", "kali"})
RHEL_COUSINS = RHEL_LIKE | {
    "fedora",
    "openeuler",
    "openanolis",
    "alinux",
    "tencentos",
    "opencloudos",
    "bclinux",
    "hce",
    "amzn",
    "neokylin",
}
"""Same packages and the same tools as RHEL, though their versions count otherwise."""


def family_of(os_release: Parsed) -> Family | None:
    """The line a distribution follows, None when its os-release does not say: some vendors (Kylin, UOS) have one name for both."""
    name, like = _value(os_release, "ID"), _value(os_release, "ID_LIKE").split()
    if name in DEBIAN_LIKE or {"debian", "ubuntu"} & set(like):
        return "debian"
    if name in RHEL_COUSINS or {"rhel", "fedora", "centos"} & set(like):
        return "rhel"
    if name == "kylin" and "advanced server" in _value(os_release, "NAME"):
        return "rhel"
    return None


def system_of(os_release: Parsed) -> str:
    """The release in its own words, at most 80 characters."""
    entries = os_release.entries.get("PRETTY_NAME") or os_release.entries.get("NAME") or ()
    return entries[-1].value.strip("\"'")[:80] if entries else ""


def older_than(os_release: Parsed, since: Since) -> bool:
    """Whether the release is known to lie before `since`. An unknown release is taken for a present one."""
    name, version = _value(os_release, "ID"), _value(os_release, "VERSION_ID")
    major = version.partition(".")[0]
    if not (major.isascii() and major.isdigit() and len(major) < 5):
        return False
    first = {"debian": since.debian, "ubuntu": since.ubuntu}.get(name, since.rhel if name in RHEL_LIKE else 0)
    return int(major) < first


def _value(parsed: Parsed, key: str) -> str:
    entries = parsed.entries.get(key, ())
    return entries[-1].value.strip("\"'").lower() if entries else ""
