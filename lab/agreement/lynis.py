"""Lynis: what its report says of each test."""

COMMAND = (
    "lynis audit system --quick --quiet --no-colors --report-file /root/lynis.dat --logfile /root/lynis.log"
    " >/dev/null 2>&1; cat /root/lynis.dat"
)
_COMPLAINTS = ("suggestion[]", "warning[]", "details[]")


def results(report: str) -> dict[str, list[str]]:
    """Test → its complaints; a test that ran and has none is satisfied. Skipped tests are left out.

    A complaint is the text of a suggestion or warning with the option it names, or of a detail line.
    """
    found: dict[str, list[str]] = {}
    complaints: list[tuple[str, str]] = []
    for line in report.splitlines():
        key, _, value = line.partition("=")
        if key == "tests_executed":
            found = {test: [] for test in value.split("|") if test}
        elif key in _COMPLAINTS:
            test, _, text = value.partition("|")
            complaints.append((test, text.rstrip("|-")))
    for test, text in complaints:
        found.setdefault(test, []).append(text)
    return found
