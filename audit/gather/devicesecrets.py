"""Reduces secrets in a saved device configuration: kind and algorithm stay, the value becomes a tag.

Huawei VRP, H3C Comware, Ruijie RGOS and Cisco IOS. Lines are read word by word: after a word that announces a secret
come the words of its algorithm, then the secret. In doubt a word is reduced: a lost setting costs one check, a leaked
secret costs the device. Keys and certificates in blocks are dropped as a whole; line numbers stay as they are.
"""

import re
from collections.abc import Callable

import re2

from audit.gather.shelltext import words

Tagger = Callable[[str], str]
DEFAULT_COMMUNITIES = frozenset({"public", "private"})

# Words that announce a secret, by how much of the line the secret may take.
_TO_LINE_END = words("password passwd secret passphrase key-string set-password")
_ONE_WORD = words(
    "pass-phrase psk wpa-psk wep-key pre-shared-key preshared-key shared-key shared-secret auth-password priv-password "
    "irreversible-cipher reversible-cipher community community-string securityname message-digest-key authentication-key "
    "authentication-keyid key"
)
# Words that announce one only when an algorithm follows (`authentication-mode aaa` is a setting).
_WITH_ALGORITHM = words("authentication-mode privacy-mode auth priv authentication cipher simple")
_ALGORITHM = re.compile(
    r"irreversible-cipher|reversible-cipher|cipher|simple|plain|plaintext|text|hash|scrypt|encrypted|unencrypted|secret|password|"
    r"(hmac-)?(md5|sha)[0-9-]*|sha2-[0-9]+|3?des[0-9]*|aes(-?[0-9]+)?(-cfb)?|[0-9]{1,3}|"
    r"read|write|ro|rw|level|role|network-admin|network-operator|level-[0-9]+|authentication|accounting|authorization|"
    r"authentication-mode|ascii|hex|pass-phrase|key|address|hostname|[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+",
    re.IGNORECASE,
)
_KINDS = words("authentication accounting authorization read write ro rw level role address hostname key")
_SETTINGS = words(
    "aaa none scheme local radius tacacs hwtacacs default enable disable mode recovery-protect expire history chain "
    "min-length control-policy length complexity complexity-check aging policy policy-template generate zeroize "
    "alert recovery encryption-type force-change usage change"
)
_SETTING_LINE = re2.compile(
    r"(?i)^\s*(?:undo |no )?(?:password-control\b|password-policy\b|service password-encryption|security passwords? |"
    r"(?:ssh|stelnet|ssl|sftp)\b.*\bcipher\b|(?:ssl )?cipher-suite\b|crypto key |key chain |local-aaa-user password policy|"
    r"ip (?:ext)?community-list|set community )"
)
_TRAP_HOST = re2.compile(
    r"(?i)^(\s*snmp-server\s+host\s+\S+\s+(?:vrf\s+\S+\s+)?(?:(?:traps|informs)\s+)?(?:version\s+(?:1|2c)\s+)?)(\S+)(.*)$"
)
_PEER_KEY = re2.compile(r"(?i)^(.*\bisakmp key\s+(?:[0-9]\s+)?)(\S+)(.*)$")
_TAIL = re.compile(r"\s+privilege\s+(level\s+)?[0-9]{1,2}\s*$", re.IGNORECASE)
_BLOCK_START = re2.compile(r"(?i)-----BEGIN |^\s*(?:certificate\b|(?:public-)?key-code begin|peer-public-key\b)")
_BLOCK_END = re2.compile(r"(?i)-----END |^\s*(?:quit|(?:public-)?key-code end|peer-public-key end)\s*$")
_ENCRYPTED = re2.compile(r"(?:%\^%#|%@%@|%\$%\$|@%@%|%#%#|\$[0-9a-z]{1,2}\$)[^\s\"]{6,}")
_WORD = re.compile(r'"[^"]*"?|\S+')


def reduce_secrets(text: str, tagger: Tagger) -> str:
    """Every secret replaced by `<reduced algorithm=… tag=…>`; default communities are named."""
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
    if _SETTING_LINE.search(line):
        return _encrypted(line, tagger)
    trap = _TRAP_HOST.search(line)
    if trap is not None and trap[2].lower() != "version":
        line = f"{trap[1]}{_token(trap[2], [], 'community', tagger)}{trap[3]}"
    peer = _PEER_KEY.search(line)
    if peer is not None:
        line = f"{peer[1]}{_token(peer[2], [], 'key', tagger)}{peer[3]}"
    start = 0
    while (found := _announced(line, start)) is not None:
        begin, end, algorithm, word = found
        token = _token(line[begin:end], algorithm, word, tagger)
        line = line[:begin] + token + line[end:]
        start = begin + len(token)
    return _encrypted(line, tagger)


def _announced(line: str, start: int) -> tuple[int, int, list[str], str] | None:
    """The next secret at or after `start`: where it stands, its algorithm found, what announced it."""
    found = [match for match in _WORD.finditer(line) if match.start() >= start]
    for index, match in enumerate(found):
        word = match[0].lower()
        if word not in _TO_LINE_END and word not in _ONE_WORD and word not in _WITH_ALGORITHM:
            continue
        position = index + 1
        algorithm: list[str] = []
        while position < len(found) and _ALGORITHM.fullmatch(found[position][0]):
            algorithm.append(found[position][0].lower())
            position += 1
        if position == len(found) and algorithm and word in _TO_LINE_END | {"community"}:
            position, algorithm = position - 1, algorithm[:-1]  # nothing follows: that word itself is the secret
        if position == len(found) or not _is_secret(word, algorithm, found[position][0], line):
            continue
        end = found[position].end()
        if word in _TO_LINE_END or "secret" in algorithm or "password" in algorithm:
            tail = _TAIL.search(line)
            end = tail.start() if tail and tail.start() >= end else len(line.rstrip())
        return found[position].start(), end, algorithm, word
    return None


def _is_secret(word: str, algorithm: list[str], value: str, line: str) -> bool:
    if value.startswith("<reduced"):
        return False
    if word in ("cipher", "simple"):
        return True
    if word in _WITH_ALGORITHM:
        redundancy = re.match(r"\s*(vrrp|standby)\b", line, re.IGNORECASE) is not None and word == "authentication"
        return redundancy or bool(set(algorithm) - _KINDS)
    return bool(algorithm) or value.lower() not in _SETTINGS


def _token(value: str, algorithm: list[str], word: str, tagger: Tagger) -> str:
    value = value.strip('"')
    names = [a for a in algorithm if a not in _KINDS and not re.fullmatch(r"[0-9]{2,}|.*\..*", a)]
    name = names[-1] if names else word if word.endswith("cipher") or word == "simple" else "none"
    known = f" known-default={value.lower()}" if value.lower() in DEFAULT_COMMUNITIES else ""
    return f"<reduced algorithm={name} tag={tagger(value)}{known}>"


def _encrypted(line: str, tagger: Tagger) -> str:
    """Encrypted forms that stand where nothing announced them."""
    return str(_ENCRYPTED.sub(lambda match: f"<reduced algorithm=unknown tag={tagger(match[0])}>", line))
