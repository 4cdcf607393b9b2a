"""To which machines logs are sent, and whether these are the ones the school declares."""

import ipaddress

from checks.facts.processes import NAME_LENGTH, running
from checks.facts.values import FieldValue, Parsed, ParseError, Record

SHIPPERS = (
    "filebeat", "fluent-bit", "fluentd", "td-agent", "vector", "nxlog", "splunkd", "syslog-ng", "promtail", "ilogtail",
    "loongcollector", "loglistener", "wazuh-agentd", "ossec-agentd", "logkitd", "rsyslog-mmexternal",
)  # fmt: skip
"""Programs that may send logs away by settings of their own, which are not read."""
LOCAL = ("127.0.0.1", "::1", "localhost")


def log_targets(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records: tool, selector, host (not there: not known to whom it sends), tls (yes/no).

    Sources: rsyslog, other relays, processes. What rsyslog's files say counts only while rsyslogd runs.
    """
    rsyslog, relays, processes = (parsed for _, parsed in parts)
    names = running(processes)
    found: list[tuple[str, dict[str, FieldValue]]] = []
    if "rsyslogd" in names:
        for record in rsyslog.records or ():
            fields = record.fields
            if fields["kind"] == "forward" and fields["target"] not in LOCAL:
                host = {} if fields["target"] == "?" else {"host": fields["target"]}
                row = {"tool": "rsyslog", "selector": fields["selector"], **host, "tls": fields["tls"]}
                found.append((rsyslog.lines[record.line - 1], row))
    for record in relays.records or ():
        row = {"tool": record.fields["tool"], "selector": "", "host": _host(str(record.fields["target"]))}
        found.append((relays.lines[record.line - 1], {**row, "tls": record.fields["tls"]}))
    for tool in sorted(tool for tool in SHIPPERS if tool[:NAME_LENGTH] in names):
        found.append((f"{tool} 在跑，它往哪里发没有读", {"tool": tool, "selector": ""}))
    if not found and "rsyslogd" in names and "unseen" in rsyslog.entries:
        raise ParseError(f"rsyslog 还包含了 {rsyslog.entries['unseen'][0].value[:80]}，没有读到")
    return Parsed(
        lines=tuple(line for line, _ in found),
        records=tuple(Record(row, number) for number, (_, row) in enumerate(found, start=1)),
    )


def log_forwarding(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """One record a machine: what, state (yes/no; not there: a program may send logs that is not understood). Source: targets."""
    (_, targets), *_ = parts
    records = targets.records or ()
    known = any("host" in record.fields for record in records)
    state = {"state": "yes" if known else "no"} if known or not records else {}
    line = targets.lines[0] if targets.lines else "没有把日志发往别的机器"
    return Parsed(lines=(line,), records=(Record({"what": "日志外发", **state}, 1),))


def log_collectors(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records of the targets that are known: host, tool, declared (yes/no; not there: name and address cannot be compared).

    Sources: `log-targets`, the declared log collectors.
    """
    (_, targets), (_, declared) = parts
    wanted = [line.strip() for line in declared.lines if line.strip()]
    records = []
    for record in targets.records or ():
        host = record.fields.get("host")
        if isinstance(host, str):
            match = among(host, wanted)
            records.append(
                Record(
                    {"host": host, "tool": record.fields["tool"], **({"declared": match} if match else {})}, record.line
                )
            )
    return Parsed(lines=targets.lines, records=tuple(records))


def among(host: str, declared: list[str]) -> str:
    """Whether a host is declared: yes, no, or empty when one side is a name and the other an address."""
    own = _address(host)
    if any(host.lower() == one.lower() or (own is not None and own == _address(one)) for one in declared):
        return "yes"
    comparable = [one for one in declared if (_address(one) is None) == (own is None)]
    return "no" if len(comparable) == len(declared) else ""


def _address(text: str) -> object | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


def _host(target: str) -> str:
    """The host of `https://10.1.1.9:19532/path` or of a bare name."""
    rest = target.rpartition("://")[2].partition("/")[0]
    if rest.startswith("["):
        return rest[1:].partition("]")[0]
    return rest.partition(":")[0] if rest.count(":") == 1 else rest
