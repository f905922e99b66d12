# `make test` and `make demo` need git, make, pip and Python >= 3.10; pip's own settings apply. Some tests start
# PostgreSQL and MariaDB, and are skipped if those are missing: `apt-get install postgresql mariadb-server`.
# PYTHON=… chooses the interpreter. The rest of the toolbox is installed into .venv.

PYTHON ?= $(shell for name in python3 python3.13 python3.12 python3.11 python3.10; do \
    "$$name" -c 'import sys; sys.exit(sys.version_info < (3, 10))' 2>/dev/null && { command -v "$$name"; break; }; \
    done)
BIN := .venv/bin
# On CI a skipped test fails the run (tests/plugins/no_skips.py).
# One process more than two cores, because a process sometimes waits for a server, a lock or a time-out.
PYTEST_FLAGS ?= -n 3 $(if $(CI),-p no_skips)

# Nothing stays outside of the checkout: downloads are stored below it, and temporary files and the caches of virtualenv,
# nox and uv are deleted at the end.
export PIP_CACHE_DIR ?= $(CURDIR)/.cache/pip
IN_TMP := set -e; TMPDIR=$$(mktemp -d); export TMPDIR; trap 'rm -rf "$$TMPDIR"' EXIT INT TERM; \
    export XDG_CACHE_HOME="$$TMPDIR/cache" XDG_DATA_HOME="$$TMPDIR/data" XDG_STATE_HOME="$$TMPDIR/state";

FUZZ_SECONDS ?= 60

.PHONY: test unit types lint layers interpreters fuzz mutants demo docs picture comparison bench shell schema messages expected clean

test: unit types lint layers

unit: .venv/ready
	$(IN_TMP) $(BIN)/python -m pytest $(PYTEST_FLAGS)

types: .venv/ready
	$(BIN)/python -m mypy

lint: .venv/ready
	$(BIN)/ruff check

layers: .venv/ready
	$(BIN)/lint-imports

# The tests on every other Python on this machine, and with the oldest dependencies. It names the Pythons that are missing.
interpreters: .venv/ready
	$(IN_TMP) PYTEST_FLAGS="$(PYTEST_FLAGS)" $(BIN)/python -m nox

# Each target of the fuzzer for FUZZ_SECONDS, two at a time. Findings are in build/fuzz/, and make it fail. atheris has
# wheels for CPython 3.10 to 3.14 on Linux with x86_64 only.
fuzz: .venv/fuzz
	printf '%s\n' reader forms ini push | xargs -P 2 -I {} $(BIN)/python tests/fuzz/run.py {} $(FUZZ_SECONDS)

.venv/fuzz: .venv/ready
	$(BIN)/python -m pip install -qq --only-binary atheris --editable '.[fuzz]' || { $(BIN)/python tests/fuzz/run.py; exit 2; }
	touch $@

# Mutants of rules/, policy/ and revisions/, of history/ without the modules that run git, and of the repairs that rules
# share, each under the pure tests: about fifteen minutes of CPU time. MUTANTS="rules history/graph.py" takes some of it,
# MUTANT_SAMPLE=5 every fifth. Survivors are in build/mutants/survivors.txt, and make it fail unless
# tests/mutants/allowed.txt explains them.
mutants: .venv/mutants
	rm -rf build/mutants
	$(IN_TMP) $(BIN)/python -m tests.mutants.run $(MUTANTS)

.venv/mutants: .venv/ready
	$(BIN)/python -m pip install -qq --editable '.[mutants]'
	touch $@

demo:
	@test -n "$(PYTHON)" || { echo "no Python >= 3.10 found; set PYTHON=…" >&2; exit 2; }
	PYTHON="$(PYTHON)" bash docs/demo.sh

# The site, in build/docs. A warning is an error, and so is anything that a browser would load from another site.
docs: .venv/docs
	$(BIN)/python -m sphinx --fail-on-warning --keep-going --nitpicky --quiet --fresh-env docs build/docs
	$(BIN)/python docs/offline.py build/docs

# The picture at the top of the README, from a real run.
picture: .venv/ready
	$(IN_TMP) PYTHONPATH="$(CURDIR)" $(BIN)/python docs/picture.py docs/picture.svg

# The table of docs/comparison.md: the tools that people use today, on broken projects. This takes minutes.
comparison: .venv/ready
	$(IN_TMP) $(BIN)/python -m venv "$$TMPDIR/tools" \
	    && "$$TMPDIR/tools/bin/python" -m pip install -qq . pytest-alembic pylembic alembic-linear-migrations \
	    && PYTHONPATH="$(CURDIR)" "$$TMPDIR/tools/bin/python" docs/comparison.py

# Every figure of docs/speed.md and its drawing, in about twenty minutes, on an idle machine, with its own PostgreSQL if
# there is one. BENCH_FLAGS=--cpu measures processor time, which depends less on other jobs. --quick is a trial that writes
# only to build/speed. With the path of a repository, it also audits that one.
bench: .venv/ready
	$(IN_TMP) $(BIN)/python -m venv "$$TMPDIR/tools" \
	    && "$$TMPDIR/tools/bin/python" -m pip install -qq . matplotlib psycopg2-binary pytest-alembic pylembic \
	        alembic-linear-migrations \
	    && PYTHONPATH="$(CURDIR)" "$$TMPDIR/tools/bin/python" benchmarks/speed.py $(BENCH_FLAGS)

.venv/docs: .venv/ready
	$(BIN)/python -m pip install -qq --editable '.[docs]'
	touch $@

# The manual page and the completions, from the commands' parsers, and the schema below.
shell: .venv/ready
	$(BIN)/python docs/shell.py
	$(BIN)/python docs/schema.py

# Every message in text files, which tests/report/test_messages.py compares with the code.
messages: .venv/ready
	PYTHONPATH=. $(BIN)/python tests/support/message_table.py

# What the commands print in the projects of tests/commands/projects. PROJECTS="check/fork …" takes some of them.
expected: .venv/ready
	$(IN_TMP) PYTHONPATH="$(CURDIR)" $(BIN)/python tests/support/project_folders.py $(PROJECTS)

# The JSON schema of the configuration, from what reads it and docs/configuration.md.
schema: .venv/ready
	$(BIN)/python docs/schema.py

# Some systems package ensurepip separately from venv. There, the system's pip fills the environment.
.venv/ready: pyproject.toml
	@test -n "$(PYTHON)" || { echo "no Python >= 3.10 found; set PYTHON=…" >&2; exit 2; }
	"$(PYTHON)" -m venv --clear .venv \
	    || { "$(PYTHON)" -m venv --clear --without-pip .venv \
	         && "$(PYTHON)" -m pip --python $(BIN)/python install -qq pip; }
	$(BIN)/python -m pip install -qq --editable '.[dev]'
	touch $@

clean:
	rm -rf .cache .venv .nox .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
