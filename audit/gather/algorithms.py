"""SSH algorithms in the order we ask for them, and those that only an asset with `legacy-ssh: true` gets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Algorithms:
    """Names by kind."""

    kex: tuple[str, ...]
    ciphers: tuple[str, ...]
    macs: tuple[str, ...]
    keys: tuple[str, ...]


# Elliptic curves first: finite-field groups cost paramiko 22-72 ms of CPU a connection, curves 2-3 ms.
MODERN = Algorithms(
    kex=(
        "ecdh-sha2-nistp256",
        "curve25519-sha256",
        "curve25519-sha256@libssh.org",
        "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521",
        "diffie-hellman-group14-sha256",
        "diffie-hellman-group16-sha512",
        "diffie-hellman-group-exchange-sha256",
    ),
    ciphers=("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr"),
    macs=(
        "hmac-sha2-256-etm@openssh.com",
        "hmac-sha2-512-etm@openssh.com",
        "hmac-sha2-256",
        "hmac-sha2-512",
    ),
    keys=(
        "ssh-ed25519",
        "ecdsa-sha2-nistp256",
        "ecdsa-sha2-nistp384",
        "ecdsa-sha2-nistp521",
        "rsa-sha2-512",
        "rsa-sha2-256",
    ),
)
OLD = Algorithms(
    kex=("diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"),
    ciphers=("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"),
    macs=("hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"),
    keys=("ssh-rsa",),
)
# A host key's type as it is pinned → the signature algorithms that prove it.
_SIGNATURES = {"ssh-rsa": ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa")}


def algorithms(*, legacy: bool, pinned_types: tuple[str, ...] = ()) -> Algorithms:
    """What to offer: old ones last and only when the asset says so; pinned key types first, as OpenSSH does."""
    old = OLD if legacy else Algorithms((), (), (), ())
    keys = MODERN.keys + old.keys
    wanted = [s for kind in pinned_types for s in _SIGNATURES.get(kind, (kind,)) if s in keys]
    return Algorithms(
        kex=MODERN.kex + old.kex,
        ciphers=MODERN.ciphers + old.ciphers,
        macs=MODERN.macs + old.macs,
        keys=tuple(dict.fromkeys((*wanted, *keys))),
    )
