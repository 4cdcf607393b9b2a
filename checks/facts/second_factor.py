"""How many kinds of proof an SSH login takes: sshd's methods and, for passwords, what PAM asks for behind them."""

from collections.abc import Iterable

from checks.facts.pam import Step, service, stack
from checks.facts.pam_outcome import IGNORE, KNOWLEDGE, POSSESSION, REFUSAL, SUCCESS, can_succeed, usual
from checks.facts.values import Entry, Parsed

PASSWORD, TOKEN, KEY, TICKET = "口令", "动态码等", "密钥", "票据"
METHODS = {
    "publickey": ("pubkeyauthentication",),
    "password": ("passwordauthentication",),
    "keyboard-interactive": ("kbdinteractiveauthentication", "challengeresponseauthentication"),
    "gssapi-with-mic": ("gssapiauthentication",),
    "hostbased": ("hostbasedauthentication",),
}
"""Methods of sshd_config(5) and the setting that switches each on."""


def second_factor(parts: tuple[tuple[str, Parsed], ...]) -> Parsed:
    """Entries: kinds (how many kinds of proof the weakest way in takes; left out: no way in), way (one line a way in).

    Sources: sshd (`sshd -T`), the pam files.
    """
    (_, sshd), (_, pam) = parts
    ways = [(way, frozenset(k for m in way for k in _kinds(m, sshd, pam))) for way in _ways(sshd)]
    if not ways:
        return Parsed(lines=("没有一种开着的登录方法",))
    lines = tuple(f"{'+'.join(way)}：{'、'.join(sorted(kinds)) or '不用证明'}"[:500] for way, kinds in ways)
    weakest = min(range(len(ways)), key=lambda at: len(ways[at][1]))
    return Parsed(lines=lines, entries={"kinds": (Entry(str(len(ways[weakest][1])), weakest + 1),)})


def _ways(sshd: Parsed) -> list[tuple[str, ...]]:
    """The lists of methods that let in. `any`: each method that is on, by itself."""
    on = [method for method, settings in METHODS.items() if any(_value(sshd, s) == "yes" for s in settings)]
    lists = [tuple(m.partition(":")[0] for m in w.split(",")) for w in _value(sshd, "authenticationmethods").split()]
    if not lists or lists == [("any",)]:
        return [(method,) for method in on]
    return [way for way in lists if all(method in on for method in way)]


def _kinds(method: str, sshd: Parsed, pam: Parsed) -> Iterable[str]:
    if method == "publickey":
        return (KEY,)
    if method == "gssapi-with-mic":
        return (TICKET,)
    if method == "hostbased":
        return ()
    return _by_pam(stack(pam, service(pam, "sshd"), "auth")) if _value(sshd, "usepam") == "yes" else (PASSWORD,)


def _by_pam(steps: tuple[Step, ...]) -> Iterable[str]:
    """A kind of proof counts when nobody gets in who has everything else."""
    for kind, modules in ((PASSWORD, KNOWLEDGE), (TOKEN, POSSESSION)):
        if can_succeed(steps, lambda step, lacking=modules: _answers(step, lacking)) is False:  # type: ignore[misc]
            yield kind


def _answers(step: Step, lacking: frozenset[str]) -> tuple[str, ...]:
    if step.module in lacking:
        # nullok: whoever was never given a token is let pass without one.
        return (IGNORE, SUCCESS) if step.module in POSSESSION and "nullok" in step.arguments else (REFUSAL,)
    if step.module == "pam_rootok":
        return (REFUSAL,)
    return (SUCCESS,) if step.module in KNOWLEDGE | POSSESSION else usual(step)


def _value(sshd: Parsed, key: str) -> str:
    entries = sshd.entries.get(key, ())
    return entries[-1].value if entries else ""
