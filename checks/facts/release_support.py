"""Until which day a release gets security updates, by the table shipped with the content."""

from checks.facts.values import Entry, Parsed, ParseError


def release_support(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries: release, until (YYYY-MM-DD), source. Sources: os-release, the table. Not in the table: ParseError.

    A service pack counts by itself where the table knows it (openEuler), else the version, else its major number.
    """
    (_, os_release), (_, table) = parts
    name, version = _name(os_release), _value(os_release, "VERSION_ID")
    candidates = (_value(os_release, "VERSION"), version, version.partition(".")[0])
    rows = {(str(r.fields["id"]), str(r.fields["version"])): r.fields for r in table.records or ()}
    found = next((rows[(name, wanted)] for wanted in candidates if (name, wanted) in rows), None)
    if found is None:
        shown = f"{name or '（没有 ID）'} {candidates[0] or version}".strip()[:80]
        raise ParseError(f"维护期限表里没有 {shown}，请按厂商公告或购买合同核对")
    release = f"{found['id']} {found['version']}"
    line = f"{release} 免费的安全更新到 {found['until']} 为止（{found['source']}）"
    values = {"release": release, "until": str(found["until"]), "source": str(found["source"])}
    return Parsed(lines=(line,), entries={key: (Entry(value, 1),) for key, value in values.items()})


def _name(os_release: Parsed) -> str:
    """ID, except that CentOS Stream calls itself centos."""
    name = _value(os_release, "ID").lower()
    return "centos-stream" if name == "centos" and "stream" in _value(os_release, "NAME").lower() else name


def _value(parsed: Parsed, key: str) -> str:
    entries = parsed.entries.get(key, ())
    return entries[-1].value.strip("\"'") if entries else ""
