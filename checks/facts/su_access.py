"""Who may try `su`: everybody who knows the password, or only a group."""

from checks.facts.pam import Step, stack
from checks.facts.pam_outcome import IGNORE, KNOWLEDGE, REFUSAL, SUCCESS, can_succeed, usual
from checks.facts.values import Entry, Parsed, ParseError

SERVICES = ("su", "su-l")


def su_access(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries: restricted, a value a service (yes: the right password is not enough; left out: in doubt). Source: the pam files."""
    ((_, pam),) = parts
    present = {str(record.fields["file"]) for record in pam.records or ()}
    names = [name for name in SERVICES if name in present]
    if not names:
        raise ParseError("/etc/pam.d 里没有 su")
    lines: list[str] = []
    values: list[Entry] = []
    for name in names:
        steps = stack(pam, name, "auth")
        lines.append(f"{name}：{'；'.join(pam.lines[step.line - 1].strip() for step in steps)}"[:500])
        open_ = can_succeed(steps, _outsider)
        if open_ is None:
            return Parsed(lines=tuple(lines))
        values.append(Entry("no" if open_ else "yes", len(lines)))
    return Parsed(lines=tuple(lines), entries={"restricted": tuple(values)})


def _outsider(step: Step) -> tuple[str, ...]:
    """Somebody outside the group who knows the password asked for."""
    if step.module == "pam_wheel":
        return (REFUSAL,) if "deny" not in step.arguments else (IGNORE, REFUSAL)
    if step.module in KNOWLEDGE and step.module != "pam_rootok":
        return (SUCCESS,)
    return usual(step)
