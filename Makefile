# dengbao: the two commands are `make demo` and `make test`; each does its own set-up.
PYTHON ?= python3
BIN := .venv/bin
# An environment cannot be moved: the stamp holds the folder it was made in, and another folder's does not count.
$(shell [ "$$(cat .venv/.installed 2>/dev/null)" = '$(CURDIR)' ] || rm -f .venv/.installed)

.PHONY: help demo test test-fixes agreement bench lint setup lock clean

help:
	@echo 'make demo    审计本机和三个只在本机的演示服务器，最后给出报告'
	@echo 'make test    格式、类型、架构规则、测试'
	@echo 'make test-fixes  在用完即弃的主机上证明整改脚本（CHECKS="…" 只试几个），通过的记下'
	@echo 'make bench   与 ssh、xargs ssh、testinfra 并排比速度（只打印比值）'
	@echo 'make agreement 在三台已知的实验主机上与 OpenSCAP、Lynis 对照，写 docs/agreement.md（要 root，约五分钟）'
	@echo 'make lock    重新锁定依赖（改了 pyproject.toml 之后）'
	@echo 'make clean   删除虚拟环境和缓存'

setup: .venv/.installed

.venv/.installed: requirements/build.lock requirements/dev.lock pyproject.toml scripts/setup.sh
	@sh scripts/setup.sh '$(PYTHON)'
	@printf '%s\n' '$(CURDIR)' > $@

packages-%:
	@sh scripts/packages.sh $*

demo: packages-demo setup
	@$(BIN)/python -m lab.demo

test: packages-test setup
	@sh scripts/check.sh

# 逐个证明整改脚本：种下毛病、审计、整改、再审计、撤销；通过的记进 baselines/*/fixes-tried.yaml。CHECKS="检查 检查" 只试这些。
test-fixes: packages-test setup
	@DENGBAO_FIXES='$(CHECKS)' DENGBAO_FIXES_RECORD=yes $(BIN)/python -m pytest -m fixes tests/hosts/test_fixes.py

lint: setup
	@sh scripts/check.sh lint

bench: packages-bench setup
	@$(BIN)/python -m lab.bench

agreement: packages-test setup
	@$(BIN)/python -m lab.agreement

lock: setup
	@$(BIN)/pip install -q 'uv>=0.8'
	@for part in 'run pyproject.toml' 'build --group build' 'dev pyproject.toml --group dev'; do \
	  set -- $$part; lock=requirements/$$1.lock; shift; \
	  $(BIN)/uv --native-tls pip compile -q "$$@" --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o $$lock || exit 1; \
	done

clean:
	rm -rf .venv .cache dist build .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
