"""From where the clock is set: the sources of the time programs that run, and of `ntpdate` in cron.

Lines: `own ADDRESS`, `timesync KEY=VALUE` (timedatectl show-timesync), `cron HOST`, and after `==> path <==` the lines of
chrony's and ntpd's files that name sources or further files.
"""

import fnmatch
from collections.abc import Iterator, Sequence

from checks.facts.log_targets import among
from checks.facts.processes import is_running
from checks.facts.text import Options, split_lines
from checks.facts.values import Entry, FieldValue, Parsed, ParseError, Record

CHRONY = ("/etc/chrony.conf", "/etc/chrony/chrony.conf")
CHRONY_PARTS = ("/etc/chrony/conf.d", "/etc/chrony/sources.d", "/etc/chrony.d", "/run/chrony-dhcp", "/run/chrony.d")
"""Folders of chrony that the batch reads too."""
NTP = ("/etc/ntp.conf", "/etc/ntpsec/ntp.conf", "/etc/openntpd/ntpd.conf", "/etc/ntpd.conf")
SOURCE_WORDS = ("server", "pool", "peer", "servers")
POOL = "pool.ntp.org"
"""Servers of this pool change from one moment to the next: never the one source of a school."""
LOCAL_CLOCK = ("127.127.",)
"""ntpd's own clock drivers are written as addresses."""


def time_config(text: str, options: Options) -> Parsed:
    """Records: file, word, value; entries: own (addresses of the machine), cron (hosts), and keys of show-timesync."""
    all_lines = split_lines(text)
    entries: dict[str, list[Entry]] = {}
    records = []
    path = ""
    for number, line in enumerate(all_lines, start=1):
        if line.startswith("==> ") and line.endswith(" <=="):
            path = line[4:-4]
            continue
        word, _, rest = line.strip().partition(" ")
        value = rest.strip().partition(" ")[0]
        if not path and word == "timesync":
            key, _, listed = rest.partition("=")
            entries.setdefault(key, []).extend(Entry(one, number) for one in listed.split())
        elif not path and word in ("own", "cron"):
            entries.setdefault(word, []).append(Entry(value, number))
        elif path and word:
            records.append(Record({"file": path, "word": word.lower(), "value": value}, number))
    return Parsed(lines=all_lines, entries={k: tuple(v) for k, v in entries.items()}, records=tuple(records))


def time_sources(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records: program, host. Sources: the time configuration, processes, whether it is a container.

    A container has its host's clock: ParseError, as when a file that is included was not read.
    """
    config, processes, container = (parsed for _, parsed in parts)
    if container.lines != ("no",):
        raise ParseError("容器用宿主机的时钟，时间源要在宿主机上看")
    found: list[tuple[str, str, str]] = []
    if is_running(processes, "chronyd"):
        found += [("chrony", host, line) for host, line in _written(config, _chrony_files(config))]
    if is_running(processes, "ntpd"):
        found += [("ntpd", host, line) for host, line in _written(config, [p for p in NTP if _has(config, p)])]
    if is_running(processes, "systemd-timesyncd"):
        found += [("timesyncd", host, line) for host, line in _timesync(config)]
    found += [("ntpdate", entry.value, config.lines[entry.line - 1]) for entry in config.entries.get("cron", ())]
    records = []
    for number, (program, host, _) in enumerate(found, start=1):
        records.append(Record({"program": program, "host": host}, number))
    own = tuple(Entry(entry.value, 1) for entry in config.entries.get("own", ()))
    lines = tuple(f"{program}：{line}" for program, _, line in found) or ("没有在跑的对时程序",)
    return Parsed(lines=lines, entries={"own": own} if own else {}, records=tuple(records))


def time_source_match(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records: program, host, declared (yes/no; not there: a name and an address cannot be compared).

    Sources: `time-sources`, the declared time sources. A machine that is itself a declared source may follow any other.
    """
    (_, sources), (_, declared) = parts
    wanted = [line.strip() for line in declared.lines if line.strip()]
    serves = any(among(entry.value, wanted) == "yes" for entry in sources.entries.get("own", ()))
    records = []
    for record in sources.records or ():
        host = str(record.fields["host"])
        match = "yes" if serves else among(host, wanted) or ("no" if host.endswith(POOL) else "")
        fields: dict[str, FieldValue] = {**record.fields, **({"declared": match} if match else {})}
        records.append(Record(fields, record.line))
    return Parsed(lines=sources.lines, records=tuple(records))


def _has(config: Parsed, path: str) -> bool:
    return any(record.fields["file"] == path for record in config.records or ())


def _chrony_files(config: Parsed) -> list[str]:
    """The main file and what it takes in, by folder (confdir, sourcedir) or by name (include)."""
    main = next((path for path in CHRONY if _has(config, path)), None)
    if main is None:
        return []
    files = [main]
    present = dict.fromkeys(str(record.fields["file"]) for record in config.records or ())
    for record in config.records or ():
        if record.fields["file"] != main or record.fields["word"] not in ("include", "confdir", "sourcedir"):
            continue
        where = str(record.fields["value"]).rstrip("/")
        folder = where.rpartition("/")[0] if record.fields["word"] == "include" else where
        if folder not in CHRONY_PARTS:
            raise ParseError(f"chrony 还包含了 {where[:80]}，没有读到")
        pattern = where if record.fields["word"] == "include" else f"{where}/*"
        files += [path for path in present if len(pattern) < 200 and fnmatch.fnmatchcase(path, pattern)]
    return list(dict.fromkeys(files))


def _written(config: Parsed, files: Sequence[str]) -> Iterator[tuple[str, str]]:
    for record in config.records or ():
        fields = record.fields
        if fields["file"] not in files:
            continue
        if fields["word"] == "includefile":
            raise ParseError(f"ntpd 还包含了 {str(fields['value'])[:80]}，没有读到")
        if fields["word"] in SOURCE_WORDS and not str(fields["value"]).startswith(LOCAL_CLOCK):
            yield str(fields["value"]), config.lines[record.line - 1].strip()


def _timesync(config: Parsed) -> Iterator[tuple[str, str]]:
    """The servers timesyncd uses: those set or learnt, else its built-in ones (timesyncd.conf(5))."""
    keys = ("SystemNTPServers", "LinkNTPServers", "RuntimeNTPServers")
    chosen = [entry for key in keys for entry in config.entries.get(key, ())] or config.entries.get(
        "FallbackNTPServers"
    )
    if not chosen:
        raise ParseError("systemd-timesyncd 在跑，问不到它用的时间源")
    for entry in chosen:
        yield entry.value, config.lines[entry.line - 1]
