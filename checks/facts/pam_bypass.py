"""Ways in past the password: for every service people log in with, whether its auth stack lets in who knows no secret."""

from collections.abc import Mapping
from functools import partial

from checks.facts.pam import Step, stack
from checks.facts.pam_outcome import REFUSAL, UNKNOWN, can_succeed, usual
from checks.facts.values import FieldValue, Parsed, Record

_SERVICES = "sshd login su su-l sudo sudo-i gdm-password lightdm sddm xdm xrdp-sesman cockpit vsftpd other"
SERVICES = tuple(_SERVICES.split())
"""How people get in, as far as they exist. Greeters and autologin services let in by design: see the fact `autologin`."""


def pam_bypass(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Records, one a service: service, asks (yes, no; left out: in doubt). Sources: the pam files, the groups."""
    (_, pam), (_, groups) = parts
    members = {str(r.fields["name"]): bool(r.fields.get("members")) for r in groups.records or ()}
    present = {str(record.fields["file"]) for record in pam.records or ()}
    lines: list[str] = []
    records: list[Record] = []
    for name in (s for s in SERVICES if s in present):
        steps = stack(pam, name, "auth")
        if steps:
            open_ = can_succeed(steps, partial(_answers, members))
            fields: dict[str, FieldValue] = {"service": name}
            records.append(
                Record(fields if open_ is None else fields | {"asks": "no" if open_ else "yes"}, len(lines) + 1)
            )
            lines.append(f"{name}：{'；'.join(pam.lines[step.line - 1].strip() for step in steps)}"[:500])
    return Parsed(lines=tuple(lines), records=tuple(records))


def _answers(members: Mapping[str, bool], step: Step) -> tuple[str, ...]:
    """As usual, but a condition on a group in which nobody is never holds (nopasswdlogin of the display managers)."""
    words = step.arguments
    if step.module == "pam_succeed_if" and "ingroup" in words[:-1]:
        return UNKNOWN if members.get(words[words.index("ingroup") + 1]) else (REFUSAL,)
    return usual(step)
