"""Which family a distribution follows, from its os-release; a name that two lines share is left open."""

import pytest

from checks.facts.release import family_of, system_of
from checks.facts.text import keyvalue


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ('ID=debian\nVERSION_ID="12"', "debian"),
        ("ID=ubuntu\nID_LIKE=debian", "debian"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"', "rhel"),
        ('ID="centos"\nID_LIKE="rhel fedora"', "rhel"),
        ('ID="openEuler"\nVERSION_ID="22.03"', "rhel"),
        ('ID="anolis"\nID_LIKE="rhel fedora centos"', "rhel"),
        ('NAME="Kylin Linux Advanced Server"\nID="kylin"\nVERSION_ID="V10"', "rhel"),
        ('NAME="Kylin"\nID=kylin\nID_LIKE=debian', "debian"),
        ('NAME="Kylin"\nID=kylin\nVERSION_ID="v10"', None),
        ('NAME="UnionTech OS"\nID=uos', None),
        ("ID=alpine", None),
        ("", None),
    ],
)
def test_family(text: str, family: str | None) -> None:
    assert family_of(keyvalue(text, {"separator": "="})) == family


def test_the_release_is_said_in_its_own_words() -> None:
    assert (
        system_of(keyvalue('NAME="Debian"\nPRETTY_NAME="Debian GNU/Linux 12 (bookworm)"', {"separator": "="}))
        == "Debian GNU/Linux 12 (bookworm)"
    )
    assert len(system_of(keyvalue(f'PRETTY_NAME="{"x" * 500}"', {"separator": "="}))) == 80
