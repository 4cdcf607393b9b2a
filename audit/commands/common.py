"""What commands share: exit codes, options, and mistakes printed as sentences instead of tracebacks."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_NOT_MEASURED = 3
FAIL_ON = ("high", "medium", "low", "never")


def fail(message: str, code: int = EXIT_USAGE) -> NoReturn:
    """Say what is wrong on standard error and leave."""
    click.echo(message, err=True)
    sys.exit(code)


def plainly(function: Callable[..., Any]) -> Callable[..., Any]:
    """Turn the errors people cause (files, references, run folders) into one sentence each and exit code 2."""

    @functools.wraps(function)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        from audit.campus.secrets import SecretError
        from audit.store import StoreError
        from checks.language.source import SourceError

        try:
            return function(*args, **kwargs)
        except SourceError as error:
            count = len(error.problems)
            fail("\n".join(map(str, error.problems)) + f"\n共 {count} 处要改，改好后再运行。")
        except (StoreError, SecretError) as error:
            fail(str(error))
        except OSError as error:
            fail(f"读写文件失败：{error.filename or ''} {error.strerror or error}")

    return wrapper


campus_option = click.option(
    "-c",
    "--campus",
    "campus_path",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("campus.yaml"),
    show_default=True,
    help="学校的描述文件",
)
baselines_option = click.option(
    "--baselines",
    "baselines_path",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=None,
    help="换用另一份检查内容的目录（默认用随程序安装的）",
)
run_option = click.option(
    "--run",
    "run_path",
    type=click.Path(path_type=Path, exists=True),
    default=None,
    help="哪一次审计（目录）；默认最近做完的一次",
)
