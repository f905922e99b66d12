"""Compares git-alembic with the tools that people use today, on the same repositories: the tables of docs/speed.md.

The other tools come from the environment that runs this. `make bench` makes it.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

from measuring import CHECK, HEADS, SCRIPTS, Run, Way, in_turns, measure, shown
from repositories import build, extended, git, revision_id, stage

SIZES = (10, 1_000, 5_000)
INI = "[alembic]\nscript_location = migrations\nsqlalchemy.url = sqlite:///shop.db\n"
ENV_PY = """\
from alembic import context
from sqlalchemy import MetaData, create_engine, pool

engine = context.config.attributes.get("connection")  # as pytest-alembic wants it
if engine is None:
    engine = create_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=MetaData())
    with context.begin_transaction():
        context.run_migrations()
"""
TEST = "from pytest_alembic.tests import test_single_head_revision\n"
VALIDATE = "from pylembic.validator import Validator; assert Validator('migrations').validate()"
LINEAR = str(SCRIPTS / "alembic-linear")
# (label with the version, distribution, command)
TOOLS: tuple[tuple[str, str, Sequence[str]], ...] = (
    ("`alembic heads` (Alembic {})", "alembic", HEADS),
    ("`alembic check` (Alembic {})", "alembic", (HEADS[0], "check")),
    ("pytest-alembic {} (one of its tests)", "pytest-alembic", (sys.executable, "-m", "pytest", "-q", "tests")),
    ("pylembic {}", "pylembic", (sys.executable, "-c", VALIDATE)),
    ("`alembic-linear check` (alembic-linear-migrations {})", "alembic-linear-migrations", (LINEAR, "check")),
)


def project(folder: Path, revisions: int) -> Path:
    """Make a history of one line with a staged new revision, a database at its head, and a matching head.txt."""
    at = build(folder, revisions)
    files = {"alembic.ini": INI, "migrations/env.py": ENV_PY, ".gitignore": "shop.db\n__pycache__/\n"}
    stage(at, files.items())
    (at / "tests").mkdir()
    stage(at, [("tests/test_migrations.py", TEST)])
    git(at, "-c", "user.name=Ada", "-c", "user.email=ada@example.org", "commit", "-q", "-m", "configure")
    extended(at, revisions)
    measure(Run((HEADS[0], "stamp", revision_id(0, revisions)), at))
    measure(Run((LINEAR, "update"), at))
    return at


def lines(folder: Path, way: Way, sizes: Sequence[int] = SIZES) -> Iterator[str]:
    """Yield a Markdown table: each tool's median, and the median of its ratio to `check` in the same round."""
    taken = []
    for size in sizes:
        at = project(folder / f"beside-{size}", size)
        columns = in_turns([Run(CHECK, at), *(Run(command, at) for _, _, command in TOOLS)], way.times)
        taken.append([[way.of(one) for one in column] for column in columns])
    heads = " | ".join(f"{size:,} revisions" for size in sizes)
    yield f"| a new revision is staged | {heads} |"
    yield "|---|" + "---:|" * len(sizes)
    yield f"| `git alembic check` | {' | '.join(shown(statistics.median(each[0])) for each in taken)} |"
    for number, (label, distribution, _) in enumerate(TOOLS, 1):
        cells = (cell(each[number], each[0]) for each in taken)
        yield f"| {label.format(version(distribution))} | {' | '.join(cells)} |"


def cell(theirs: Sequence[float], ours: Sequence[float]) -> str:
    ratio = statistics.median(one / other for one, other in zip(theirs, ours, strict=True))
    return f"{shown(statistics.median(theirs))} ({ratio:.1f} x)"
