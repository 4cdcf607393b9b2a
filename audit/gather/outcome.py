"""What a session brought → a collection."""

import secrets
import time
from datetime import UTC, datetime

from audit.gather.batch import Batch, Parameters
from audit.gather.context import Context
from audit.gather.frames import decode, unreached
from audit.gather.session import Talk
from audit.gather.target import Target
from audit.gather.trouble import Trouble
from checks.model.fact import Collection, CollectionStatus, Fact, FactStatus
from checks.model.operation import Operation

TRANSPORT_FACT = "ssh-transport"


def parameters(target: Target, context: Context, until: float, *, quiet: bool) -> Parameters:
    """Parameters of one session: a new nonce, and a time budget that leaves the last facts room before the deadline."""
    return Parameters(
        nonce=secrets.token_hex(16),
        tag_key=context.tag_key,
        addresses=",".join(target.addresses),
        budget=max(1, min(9999, int((until - time.monotonic()) * 0.85))),
        quiet=quiet,
    )


def collected(
    target: Target, batch: Batch, talk: Talk, nonce: str, started: datetime, extra: tuple[Fact, ...] = ()
) -> Collection:
    """The collection of a conversation that began; partial when it did not come to its end."""
    decoded = decode(talk.stdout, talk.stderr, batch, target.asset, started, nonce=nonce)
    whole = decoded.complete and not talk.cut
    came = any(fact.status is not FactStatus.UNREACHABLE for fact in decoded.facts)
    status: CollectionStatus = "complete" if whole else "partial" if came else "failed"
    cause = (
        ""
        if whole
        else Trouble(
            f"没有收全：{talk.cut or decoded.cut}",
            "已取得的事实照常使用，其余记为未测得；请检查主机负载和网络后重新采集这台资产",
        ).about(target.asset)
    )
    if whole and talk.noise > 1:
        cause = f"{target.asset}：登录脚本在采集前输出了 {talk.noise} 字节，已忽略。"
    return _collection(target, batch, started, status, cause, extra + decoded.facts)


def failed(
    target: Target, batch: Batch, trouble: Trouble, started: datetime, extra: tuple[Fact, ...] = ()
) -> Collection:
    """The collection of a session that never became ready: every fact unreachable, the cause said."""
    cause = trouble.about(target.asset)
    facts = extra + unreached(batch, target.asset, started, cause)
    return _collection(target, batch, started, "failed", cause, facts)


def _collection(
    target: Target, batch: Batch, started: datetime, status: CollectionStatus, cause: str, facts: tuple[Fact, ...]
) -> Collection:
    return Collection(
        asset=target.asset,
        origin="live",
        method=target.method,
        started=started,
        finished=now(),
        status=status,
        cause=cause,
        content_digest=batch.digest,
        facts=facts,
    )


def transport_fact(target: Target, text: str, at: datetime, *, reached: bool) -> Fact:
    """How the SSH transport behaved; unreachable when there was no SSH at all."""
    return Fact(
        asset=target.asset,
        name=TRANSPORT_FACT,
        status=FactStatus.OK if reached else FactStatus.UNREACHABLE,
        text=text if reached else "",
        detail="" if reached else "没有建立 SSH 连接",
        method="SSH 连接本身的表现",
        at=at,
    )


def log_start(target: Target, batch: Batch, context: Context) -> None:
    """Write to the operation log that a session begins."""
    if context.log is not None:
        context.log.write(
            _operation(target, batch).model_copy(
                update={"event": "started", "facts": tuple(planned.name for planned in batch.planned)}
            )
        )


def log_end(target: Target, batch: Batch, context: Context, done: Collection, talk: Talk | None) -> None:
    """Write to the operation log how it ended."""
    if context.log is not None:
        ended = {"event": "ended", "status": done.status, "cause": done.cause}
        counts = {"sent": talk.sent, "received": len(talk.stdout) + len(talk.stderr)} if talk else {"sent": 0}
        context.log.write(_operation(target, batch).model_copy(update={**ended, **counts}))


def _operation(target: Target, batch: Batch) -> Operation:
    return Operation(
        at=now(),
        event="started",
        asset=target.asset,
        method=target.method,
        address=target.address,
        port=target.port if target.method == "ssh" else None,
        user=target.login.user if target.login else "",
        become=target.become.method,
        bastion=target.bastion.asset if target.bastion else "",
        batch=batch.digest,
    )


def now() -> datetime:
    """The current time (UTC, whole seconds)."""
    return datetime.now(UTC).replace(microsecond=0)
