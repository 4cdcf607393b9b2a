"""`dengbao import`: hand in what was gathered by hand."""

from pathlib import Path

import click

from audit.commands.common import campus_option, fail, plainly

MAX_BYTES = 256 * 1024 * 1024


@click.command(name="import")
@click.option("--asset", required=True, help="这份文件属于哪个资产（campus.yaml 里的编号）")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@campus_option
@plainly
def command(asset: str, file: Path, campus_path: Path) -> None:
    """导入收集脚本的输出，或网络设备保存的配置；下一次 dengbao audit 会用上它。

    设备配置里的口令、团体名和密钥在导入时就地去掉，只留算法和标记。

    导入的证据会过期（阈值 import_max_days）：批处理的输出按主机的时钟算，配置按文件的修改日期算，都不晚于导入的时间。
    过期的不能导入；导入以后过期的，判为未测得。

    \b
    例：dengbao import --asset web-01 web-01.out
        dengbao import --asset sw-core sw-core.cfg
    """
    from audit.campus.view import levels_of
    from audit.content import read_baselines
    from audit.gather.imported import obtained_by, read_batch_output, read_device_config
    from audit.gather.outcome import now
    from audit.gather.tags import campus_key, tag_key
    from audit.imports import keep_import
    from audit.plan import platform_batch
    from audit.school import overrides
    from audit.workspace import open_workspace, read_campus
    from checks.judge.age import current, import_days
    from checks.model.fact import FactStatus

    content = read_baselines().content
    campus = read_campus(campus_path, content)
    entry = campus.assets.get(asset)
    if entry is None:
        fail(f"campus.yaml 里没有资产 {asset}；先在 assets 下写上它（access: import）。")
    if file.stat().st_size > MAX_BYTES:
        fail(f"{file} 超过 {MAX_BYTES // 1024 // 1024} MiB，不像收集的输出；检查文件。")
    platform = entry.platform_or_default() or ""
    if platform not in content.platforms:
        fail(f"平台 {platform or '（没有写）'} 还没有检查内容，导入了也判不了；检查 assets.{asset}.platform。")
    space = open_workspace(campus_path, campus)
    facts = content.platforms[platform].facts.facts
    raw, at = file.read_bytes(), obtained_by(file.stat().st_mtime, now())
    if any(spec.config for spec in facts.values()):
        collection = read_device_config(raw, asset, platform, at, tag_key(campus_key(space.campus_key)))
    else:
        collection = read_batch_output(raw, asset, platform_batch(content, platform), at)
    days = import_days(levels_of(campus, asset), content.parameters, overrides(campus))
    usable = current(collection, now(), days)
    if usable.status == "failed":
        fail(f"没有导入 {file}：{usable.cause}")
    keep_import(space.imports, collection)
    good = sum(1 for fact in collection.facts if fact.status in (FactStatus.OK, FactStatus.ABSENT))
    click.echo(f"导入了 {asset}：{good} 项取得，{len(collection.facts) - good} 项没有。{collection.cause}")
    obtained = min(fact.at for fact in collection.facts)
    click.echo(f"证据按 {obtained:%Y-%m-%d} 算，{days} 天内有效。运行 dengbao audit，它会和其他资产一起判定。")
