#!/bin/sh
# The virtual environment with exactly the locked dependencies (hashes checked), and this project in it.
set -eu
python=${1:-python3}

"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || {
  echo "需要 Python 3.11 或更新（现在的 $python 是 $("$python" --version 2>&1)）。Debian 12、Ubuntu 24.04 自带；或用 make PYTHON=/路径/python3.11 指定。" >&2
  exit 2
}
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  sh "$(dirname "$0")/packages.sh" venv
fi
# `user = true` in somebody's pip.conf means something else than this environment.
export PIP_USER=0
echo "准备虚拟环境 .venv（第一次要下载依赖，约一分钟）…"
"$python" -m venv --clear .venv
locked() { .venv/bin/pip install --quiet --disable-pip-version-check --no-build-isolation "$@"; }
locked --require-hashes -r requirements/build.lock
locked --require-hashes --use-pep517 -r requirements/dev.lock
locked --no-deps --editable .
