"""Reduces secrets in a saved device configuration: the kind and algorithm stay, the value becomes a tag.

Huawei VRP, H3C Comware, Ruijie RGOS and Cisco IOS. A line is matched by the words in front of its secret; what is not
certainly harmless after such words is replaced. Certificates and keys in blocks are dropped as a whole.
"""

from collections.abc import Callable

import re2

DEFAULT_COMMUNITIES = frozenset({"public", "private"})
Tagger = Callable[[str], str]

# Words after which a secret stands, each with the algorithm words that may come between. The value is one word,
# double-quoted text, or (for `banner`-like oddities) never the rest of the line.
_ALGORITHMS = (
    r"irreversible-cipher|reversible-cipher|cipher|simple|plain|plaintext|hash|sha256|sha512|scrypt|md5|hmac-md5|"
    r"hmac-sha256|aes-128|aes-256|aes128|aes192|aes256|aes|des|3des|sha|sha1|sha2-224|sha2-256|sha2-384|sha2-512|"
    r"encrypted|unencrypted|secret|[0-9]{1,2}"
)
_VALUE = r'"[^"]*"|\S+'
_RULES = tuple(
    re2.compile(pattern, re2.Options())
    for pattern in (
        # local-user / password / secret / super / enable / set authentication password, neighbor password …
        rf"(?i)^(?P<head>.*?\b(?:password|passwd|secret|passphrase|pass-phrase|psk|pre-shared-key|preshared-key|key-string|"
        rf"shared-key|shared-secret|auth-password|priv-password|authentication-key|wpa-psk|wep-key|community-string)\s+)"
        rf"(?P<algo>(?:(?:{_ALGORITHMS})\s+)*)(?P<value>{_VALUE})(?P<tail>.*)$",
        # snmp-agent community read cipher X / snmp-server community X RO / snmp-server host … community
        rf"(?i)^(?P<head>\s*(?:snmp-agent|snmp-server)\s+community\s+(?:(?:read|write|complexity-check)\s+)?)"
        rf"(?P<algo>(?:(?:{_ALGORITHMS})\s+)*)(?P<value>{_VALUE})(?P<tail>.*)$",
        rf"(?i)^(?P<head>.*\bsecurityname\s+)(?P<algo>(?:(?:{_ALGORITHMS})\s+)*)(?P<value>{_VALUE})(?P<tail>.*)$",
        rf"(?i)^(?P<head>\s*snmp-server\s+host\s+\S+\s+(?:vrf\s+\S+\s+)?(?:(?:traps|informs)\s+)?(?:version\s+(?:1|2c)\s+)?)"
        rf"(?P<algo>)(?P<value>{_VALUE})(?P<tail>.*)$",
        # snmp-agent usm-user … authentication-mode sha X privacy-mode aes128 Y ; snmp-server user … auth sha X priv aes Y
        rf"(?i)^(?P<head>.*\b(?:authentication-mode|privacy-mode|auth|priv)\s+)"
        rf"(?P<algo>(?:(?:{_ALGORITHMS})\s+)+)(?P<value>{_VALUE})(?P<tail>.*)$",
        # radius-server shared-key cipher X ; radius-server key 7 X ; tacacs-server key X ; ntp authentication-key 1 md5 X
        rf"(?i)^(?P<head>.*\b(?:radius|tacacs|tacacs\+|hwtacacs|radius-server|tacacs-server|primary|secondary|server|hmac|isakmp)\b"
        rf".*?\bkey\s+)(?P<algo>(?:(?:{_ALGORITHMS})\s+)*)(?P<value>{_VALUE})(?P<tail>.*)$",
        rf"(?i)^(?P<head>\s*key\s+)(?P<algo>(?:(?:authentication|accounting|authorization|cipher|simple|0|5|6|7)\s+)+)"
        rf"(?P<value>{_VALUE})(?P<tail>.*)$",
        rf"(?i)^(?P<head>.*\b(?:authentication-key(?:id)?|authentication-keyid|keyid|key-id)\s+\d+\s+)"
        rf"(?P<algo>(?:(?:authentication-mode|{_ALGORITHMS})\s+)+)(?P<value>{_VALUE})(?P<tail>.*)$",
        rf"(?i)^(?P<head>.*\b(?:message-digest-key|authentication-mode|authentication|digest-key)\s+(?:\d+\s+)?)"
        rf"(?P<algo>(?:(?:md5|hmac-md5|hmac-sha256|sha|simple|cipher|plain|hmac-sha-256|[07])\s+)+)"
        rf"(?P<value>{_VALUE})(?P<tail>.*)$",
    )
)
_MODE_WORDS = frozenset(
    "aaa none password scheme local radius tacacs hwtacacs default enable disable mode recovery-protect expire history "
    "min-length control-policy length complexity aging policy-template authentication-scheme undo".split()
)
_SETTING = re2.compile(
    r"(?i)^\s*(?:undo |no )?(?:password-(?:control|policy|recovery)\b|set password |security passwords? min-length|"
    r"service password-encryption|authentication-mode (?:aaa|none|password|scheme)\s*$|local-aaa-user password policy|"
    r"password (?:expire|history|min-length|alert|length)\b|user-password\b)"
)
_BLOCK_START = re2.compile(r"(?i)-----BEGIN |^\s*(?:certificate|key-code begin|public-key-code begin|peer-public-key)\b")
_BLOCK_END = re2.compile(r"(?i)-----END |^\s*(?:quit|key-code end|public-key-code end|peer-public-key end)\s*$")
_LONG_CIPHER = re2.compile(r"(?:%\^%#|%@%@|\$1[acb]?\$|%\$%\$|@%@%|\$c\$3\$|\$h\$6\$|\$[0-9a-z]{1,2}\$)[^\s\"]{8,}")


def reduce_secrets(text: str, tagger: Tagger) -> str:
    """Every line with its secret replaced by `<reduced algorithm=… tag=…>`; line numbers stay as they are."""
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        if inside:
            inside = not _BLOCK_END.search(line)
            lines.append("<reduced block>" if inside else line)
            continue
        inside = bool(_BLOCK_START.search(line)) and not _BLOCK_END.search(line)
        lines.append(_line(line, tagger))
    return "\n".join(lines)


def _line(line: str, tagger: Tagger) -> str:
    if not line.strip() or _SETTING.search(line):
        return _ciphers(line, tagger)
    for rule in _RULES:
        # Twice: one line may hold an authentication and a privacy secret.
        for _ in range(2):
            match = rule.search(line)
            if match is None or match["value"].startswith("<reduced") or _harmless(match):
                break
            head, algorithm = match["head"], match["algo"]
            line = f"{head}{algorithm}{_token(match['value'], algorithm, tagger, line)}{match['tail']}"
    return _ciphers(line, tagger)


def _harmless(match: re2.Match) -> bool:  # type: ignore[name-defined]
    return not match["algo"] and match["value"].lower() in _MODE_WORDS


def _token(value: str, algorithm: str, tagger: Tagger, line: str) -> str:
    value = value.strip('"')
    words = algorithm.split()
    default = ""
    if "community" in line.lower() and value.lower() in DEFAULT_COMMUNITIES:
        default = f" known-default={value.lower()}"
    return f"<reduced algorithm={words[-1] if words else 'none'} tag={tagger(value)}{default}>"


def _ciphers(line: str, tagger: Tagger) -> str:
    """Encrypted forms that stand where no rule expected them."""
    while (match := _LONG_CIPHER.search(line)) is not None:
        token = f"<reduced algorithm=unknown tag={tagger(match[0])}>"
        line = line[: match.start()] + token + line[match.end() :]
    return line
