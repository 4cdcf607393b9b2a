#!/bin/sh
# Lint, types, architecture rules, the content's own tests, tests. `check.sh lint` stops before the tests.
set -eu
bin=.venv/bin
step() { printf '\n== %s\n' "$1"; }

step '格式与写法 (ruff)'
$bin/ruff check .
$bin/ruff format --check .
step '类型 (mypy)'
$bin/mypy -p audit -p checks -p reports -p lab
step '架构规则 (import-linter)'
$bin/lint-imports
step '检查内容 (dengbao baseline)'
$bin/dengbao baseline lint
$bin/dengbao baseline test
[ "${1:-}" != lint ] || exit 0
step '实验主机'
$bin/python -m lab.prepare
step '测试 (pytest)'
$bin/python -m pytest
