"""How a session starts: the command that becomes root and announces itself, and what the refusals of sudo and su mean."""

import re
import secrets
import shlex
from dataclasses import dataclass

from audit.gather.target import Become
from audit.gather.trouble import Rejected, Trouble

_PATH = "PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin"
_SU_PROMPT = rb"(?i)(password|\xe5\x8f\xa3\xe4\xbb\xa4|\xe5\xaf\x86\xe7\xa0\x81)[^\n]{0,40}(:|\xef\xbc\x9a)\s*$"


@dataclass(frozen=True)
class Opening:
    """A command for the channel and the marks by which its progress is seen."""

    command: str
    start: bytes
    """Printed before sudo or su runs; what a login shell says before it cannot be a prompt. Empty: none."""
    ready: bytes
    """Printed on stdout by the shell that waits for the script: only then the script is sent."""
    prompt: re.Pattern[bytes] | None
    """Asks for the become secret."""
    tty: bool = False
    helper: bool = False


def opening(become: Become, digest: str) -> Opening:
    """The command for one session. Its marks are random and stand nowhere in it as they will be printed."""
    mark = secrets.token_hex(8)
    ready = f"dengbao-ready-{mark}".encode()
    inner = f'printf "\\ndengbao-%s-%s\\n" ready {mark}; eval "$(cat)"'
    if become.method == "none":
        return Opening(f"exec /bin/sh -c {shlex.quote(inner)}", b"", ready, None)
    if become.tty:
        # A raw terminal has no end of file, so the shell reads commands; without a terminal on stderr it shows no prompts.
        inner = f'stty raw -echo 2>/dev/null; printf "\\ndengbao-%s-%s\\n" ready {mark}; exec /bin/sh -s 2>/dev/null'
    prompt = f"[dengbao {secrets.token_hex(8)}] "
    words = _sudo(become, prompt, inner) if become.method == "sudo" else _su(become, inner)
    terminal = "stty -echo -onlcr 2>/dev/null; " if become.tty else ""
    outer = (
        f"{_PATH}; LC_ALL=C; export PATH LC_ALL; {terminal}"
        f'printf "\\ndengbao-%s-%s\\n" start {mark} >&2; exec {shlex.join(words)}'
    )
    helped = become.method == "sudo" and become.helper is not None
    return Opening(
        command=f"exec /bin/sh -c {shlex.quote(outer)}",
        start=f"dengbao-start-{mark}".encode(),
        ready=f"dengbao-helper {digest}".encode() if helped else ready,
        prompt=re.compile(re.escape(prompt.encode().strip()) if become.method == "sudo" else _SU_PROMPT),
        tty=become.tty,
        helper=helped,
    )


def _sudo(become: Become, prompt: str, inner: str) -> list[str]:
    """`-k`: no cached permission is used or made; `-S`: the secret comes on stdin, alone.

    Without a secret `-n`: sudo refuses by itself. A prompt that nobody answers would count as a failed login there.
    """
    run = [become.helper] if become.helper else ["/bin/sh", "-c", inner]
    ask = ["-S", "-p", prompt] if become.password else ["-n"]
    return ["sudo", "-k", *ask, "-u", become.user, "--", *run]


def _su(become: Become, inner: str) -> list[str]:
    return ["su", "-s", "/bin/sh", "-c", inner, become.user]


# What the target said instead of being ready → (fault, advice). The first that matches counts.
_REFUSALS = (
    (
        rb"must have a tty|no tty present|must be run from a terminal|standard in must be a tty",
        "{method} 要求有终端（requiretty）",
        "请在这台资产的 become 里写 tty: true，或由管理员对审计账号关闭 requiretty",
    ),
    (
        rb"not in the sudoers file|may not run sudo|is not allowed to (run|execute)|a password is required",
        "审计账号没有所需的 sudo 权限",
        "请用 dengbao plan --sudoers 打印所需的最小规则，由管理员加入 /etc/sudoers.d/",
    ),
    (
        rb"(sudo|su): (command )?not found|exec: (sudo|su): not found|(sudo|su): No such file",
        "目标上没有 {method} 命令",
        "请改用另一种提权方式（su 或 sudo），或以 root 的只读审计密钥登录",
    ),
    (
        rb"helper: No such file|dengbao[^\n]*: (command )?not found",
        "目标上没有安装审计批处理文件",
        "请由管理员按 dengbao plan 的说明安装，属主 root、权限 0755",
    ),
    (
        rb"dengbao-helper [0-9a-f]{64}",
        "目标上安装的审计批处理文件与本机的检查内容版本不同",
        "请重新生成并由管理员安装，再运行一次",
    ),
    (
        rb"account (is|has) (locked|expired)|Account locked|account temporarily locked",
        "审计账号在目标上被锁定或已过期",
        "请由管理员解锁账号，核对口令后再运行",
    ),
    (
        rb"This account is (currently )?not available|nologin",
        "审计账号不允许登录 shell",
        "请由管理员给审计账号设置 /bin/sh 作为登录 shell",
    ),
)
_WRONG_SECRET = re.compile(
    rb"(?i)sorry, try again|incorrect password|authentication failure|authentication token|su: permission denied|"
    rb"account locked|temporarily locked"
)


def wrong_secret(become: Become) -> Rejected:
    """The target did not accept the become secret; it was sent exactly once."""
    reference = become.password.reference if become.password else "-"
    return Rejected(
        f"{become.method} 的口令不正确（{reference}），已立即断开，只尝试了一次",
        "请核对这个凭据后重新运行；本次运行不再使用它",
    )


def refusal(become: Become, said: bytes, *, secret_sent: bool) -> Trouble:
    """What it means that the session ended before it was ready."""
    if secret_sent and _WRONG_SECRET.search(said):
        return wrong_secret(become)
    if become.password is None and b"a password is required" in said:
        return no_secret(become)
    for pattern, fault, advice in _REFUSALS:
        if re.search(pattern, said, re.IGNORECASE):
            return Trouble(fault.format(method=become.method), advice)
    how = "登录后的 shell" if become.method == "none" else become.method
    return Trouble(f"{how} 没有准备好就结束了", "请用同样的账号手工登录一次，看看提示了什么")


def no_secret(become: Become) -> Trouble:
    """The target asks for a secret and none is configured."""
    return Trouble(
        f"{become.method} 要求口令，但 campus.yaml 里没有写这个登录的 become.password",
        "请补上口令的引用（env:、file: 或 keyring:），或由管理员按 dengbao plan --sudoers 的规则给审计批处理配置 NOPASSWD",
    )


def no_answer(become: Become, seconds: float) -> Trouble:
    """Neither ready nor a prompt in time."""
    how = "登录后的 shell" if become.method == "none" else become.method
    return Trouble(f"{how} 在 {seconds:.0f} 秒内没有应答", "请手工登录检查是否有额外的提示（改密、验证码、菜单）")
