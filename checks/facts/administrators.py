"""Who can do everything on a server, and who looks at its logs without being one of them."""

from collections.abc import Iterable, Mapping

from checks.facts.values import Parsed, Record

ROOT_GROUPS = ("disk", "shadow", "kmem", "docker", "lxd", "lxc", "incus-admin", "libvirt", "podman")
"""Groups that come to the same as root, past sudo and its records."""
AUDIT_GROUPS = ("adm", "systemd-journal", "auditadm", "secadm", "audit")
"""Groups that may read logs, or that vendors of three-role systems give the audit role."""
VENDOR_ROLES = ("auditadm", "secadm")
"""Accounts that vendors make for the audit role, each in the group of its own name. Any other account's own group is
no role: `audit` in group `audit` may be anybody."""
AUDIT_PROGRAMS = ("ausearch", "aureport", "auditctl", "journalctl", "last", "lastb")


def administrators(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records of accounts that can log in (without a password still by key) and are somebody: name, role (admin or
    audit), way.

    Whoever is an administrator has no audit role beside it. Sources: accounts, group-members, sudo-grants.
    """
    (_, accounts), (_, memberships), (_, grants) = parts
    able = [r for r in accounts.records or () if r.fields.get("login") == "yes"]
    named = _names(able)
    groups = _groups(memberships)
    admins = {name: "编号是 0" for name in named if _uid(able, name) == "0"}
    admins |= {n: f"组 {g}" for g in ROOT_GROUPS for n in groups.get(g, ()) if n in named and n not in admins}
    admins |= _by_sudo(grants, groups, named, unlimited=True)
    audit = {n: f"组 {g}" for g in AUDIT_GROUPS for n in groups.get(g, ()) if n in named and _is_role(g, n)}
    audit |= _by_sudo(grants, groups, named, unlimited=False)
    rows = [(name, "admin", way) for name, way in admins.items() if name != "root"]
    rows += [(name, "audit", way) for name, way in audit.items() if name not in admins]
    return Parsed(
        lines=tuple(f"{name}：{role}，{way}" for name, role, way in rows),
        records=tuple(Record({"name": n, "role": r, "way": w}, i) for i, (n, r, w) in enumerate(rows, start=1)),
    )


def _by_sudo(grants: Parsed, groups: Mapping[str, set[str]], named: set[str], *, unlimited: bool) -> dict[str, str]:
    """Accounts whom a rule makes root, or to whom one gives an audit program only."""
    found: dict[str, str] = {}
    for record in grants.records or ():
        fields = record.fields
        program = str(fields["command"]).partition(" ")[0].rpartition("/")[2]
        wide = fields["root"] == "yes" and fields["unlimited"] == "yes"
        if wide if unlimited else program in AUDIT_PROGRAMS:
            who = str(fields["who"])
            for name in named if who == "ALL" else groups.get(who[1:], set()) if who.startswith("%") else {who}:
                if name in named:
                    found.setdefault(name, f"sudoers 的 {who}")
    return found


def _is_role(group: str, member: str) -> bool:
    return group != member or group in VENDOR_ROLES


def _names(accounts: Iterable[Record]) -> set[str]:
    return {str(record.fields["name"]) for record in accounts}


def _uid(accounts: Iterable[Record], name: str) -> str:
    return next(str(r.fields["uid"]) for r in accounts if r.fields["name"] == name)


def _groups(memberships: Parsed) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for record in memberships.records or ():
        found.setdefault(str(record.fields["group"]), set()).add(str(record.fields["member"]))
    return found
