"""What rsyslog does with messages: which go to which file, which to another machine (the batch has reduced the rest).

Lines behind `==> path <==`: `rule SELECTOR file PATH`, `rule SELECTOR forward KEY=VALUE…`, `rule SELECTOR other`,
`set NAME VALUE`, `include PATH`. A selector `?` stands for a condition that is not understood.
"""

from checks.facts.text import Options, files, split_lines
from checks.facts.values import Entry, FieldValue, Parsed, ParseError, Record

SEEN = ("/etc/rsyslog.d/*.conf", "/etc/rsyslog.d/", "/etc/rsyslog.d")
TLS_DRIVERS = ("gtls", "ossl", "mbedtls")
SEVERITIES = ("emerg", "panic", "alert", "crit", "err", "error", "warning", "warn", "notice", "info", "debug")
"""From the worst to the least; a selector names the least that is still taken."""


def rsyslog(text: str, options: Options) -> Parsed:
    """Records: kind (file/forward/other), selector, and path, or target, port and tls (yes/no).

    Entries: unseen (an include that was not read). Raises ParseError when a statement has no end.
    """
    all_lines = split_lines(text)
    settings: dict[str, str] = {}
    unseen: list[Entry] = []
    records = []
    for _, number, line in files(all_lines):
        word, _, rest = line.partition(" ")
        if word == "rule":
            records.append(Record(_rule(rest, settings), number))
        elif word == "set":
            name, _, value = rest.partition(" ")
            settings[name] = value
        elif word == "include":
            unseen += [] if rest in SEEN else [Entry(rest, number)]
        elif line.strip():
            raise ParseError(f"第 {number} 行：rsyslog 的配置没有读完整")
    return Parsed(lines=all_lines, entries={"unseen": tuple(unseen)} if unseen else {}, records=tuple(records))


def _rule(rest: str, settings: dict[str, str]) -> dict[str, FieldValue]:
    selector, _, action = rest.partition(" ")
    kind, _, what = action.partition(" ")
    if kind == "file":
        return {"kind": "file", "selector": selector, "path": what}
    if kind != "forward":
        return {"kind": "other", "selector": selector}
    given = {key: value for key, _, value in (pair.partition("=") for pair in what.split(" "))}
    return {
        "kind": "forward",
        "selector": selector,
        "target": given.get("target", "?"),
        "port": given.get("port", "").strip("?"),
        "tls": "yes" if _encrypted(given, settings) else "no",
    }


def _encrypted(given: dict[str, str], settings: dict[str, str]) -> bool:
    if given.get("type") == "omrelp" or given.get("protocol") == "relp":
        return given.get("tls") == "on"
    driver = given.get("streamdriver") or settings.get("defaultnetstreamdriver", "")
    mode = given.get("streamdrivermode") or (
        settings.get("actionsendstreamdrivermode", "") if given.get("type") == "legacy" else ""
    )
    return driver in TLS_DRIVERS and mode == "1" and given.get("protocol") == "tcp"


def selects(selector: str, facility: str) -> bool:
    """Whether a selector takes a facility's messages of severity info and worse; the last part about it counts."""
    taken = False
    for part in selector.split(";"):
        names, _, level = part.rpartition(".")
        if "*" in names.split(",") or facility in names.split(","):
            taken = level in ("*", "info", "debug", "=info", "=*")
    return taken
