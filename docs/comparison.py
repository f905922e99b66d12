"""Run what people use on the same broken projects, and print the table of docs/comparison.md: `make comparison`.

Every cell is one run of the command at the head of its column, in a project of its own with a database of its own.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.support.doc_scenes import Stage, bare_project

VERSIONS = "migrations/versions"
ENV_PY = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

from shop import Base

config = context.config
engine = config.attributes.get("connection")  # as pytest-alembic wants it
if engine is None:
    engine = engine_from_config(config.get_section("alembic"), prefix="sqlalchemy.", poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
"""
TOOLS = {
    "alembic heads": 'test "$(alembic heads | wc -l)" -eq 1',
    "alembic check": "alembic upgrade head && alembic check",
    "pytest-alembic": "pytest -q tests",
    "pylembic": "python -c 'from pylembic.validator import Validator; assert Validator(\"migrations\").validate()'",
    "alembic-linear": "alembic-linear update && alembic-linear check",
}
OURS = ("check", "pre-push", "drift", "roundtrip")


def base(stage: Stage) -> None:
    """4f2a <- 9c01 <- b7e0 on main and published, with models that agree; head.txt for alembic-linear."""
    bare_project(stage)
    stage.write("migrations/env.py", ENV_PY)
    stage.revision("9c01", "4f2a", "add orders")
    stage.revision("b7e0", "9c01", "add invoices")
    stage.models("customers", "orders", "invoices")
    stage.write("tests/test_migrations.py", "from pytest_alembic.tests import *\n")
    stage.run("alembic-linear update")
    stage.commit("Add orders and invoices")
    stage.git("push", "-q")


def change(stage: Stage, path: str, old: str, new: str) -> None:
    file = stage.shop / VERSIONS / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def add(stage: Stage, id_: str, down: str, table: str = "returns") -> str:
    stage.models("customers", "orders", "invoices", table)
    return stage.revision(id_, down, f"add {table}")


def healthy(stage: Stage) -> None:
    add(stage, "c3c3", "b7e0")


def comment(stage: Stage) -> None:
    change(stage, "9c01_add_orders.py", "def upgrade", "# orders come from the shop\ndef upgrade")


def joined(stage: Stage) -> None:
    fork(stage)
    stage.revision("ffff", ["b7e0", "c3c3"], "merge heads")
    change(
        stage, "ffff_merge_heads.py", 'op.create_table("heads", sa.Column("id", sa.Integer, primary_key=True))', "pass"
    )
    change(stage, "ffff_merge_heads.py", 'op.drop_table("heads")', "pass")


def fork(stage: Stage) -> None:
    add(stage, "c3c3", "9c01")


def branches(stage: Stage) -> None:
    """Main has c3c3, published; topic has d4d4, from the same place; on topic."""
    stage.git("switch", "-q", "-c", "topic")
    add(stage, "d4d4", "b7e0", "refunds")
    stage.run("alembic-linear update")
    stage.commit("Add refunds")
    stage.git("switch", "-q", "main")
    add(stage, "c3c3", "b7e0", "returns")
    stage.run("alembic-linear update")
    stage.commit("Add returns")
    stage.git("push", "-q")
    stage.git("switch", "-q", "topic")


def merge(stage: Stage) -> None:
    """The merge of the two, in the middle of it; the models are joined by hand."""
    branches(stage)
    stage.git("switch", "-q", "main")
    stage.run("git merge --no-commit topic")
    stage.models("customers", "orders", "invoices", "refunds", "returns")
    stage.run("git add shop.py")


def deleted_last(stage: Stage) -> None:
    (stage.shop / VERSIONS / "b7e0_add_invoices.py").unlink()
    stage.models("customers", "orders")


def deleted_middle(stage: Stage) -> None:
    (stage.shop / VERSIONS / "9c01_add_orders.py").unlink()


def reparented(stage: Stage) -> None:
    """A new revision slips in below a published one; the history is a line all the same."""
    add(stage, "c3c3", "4f2a")
    change(stage, "9c01_add_orders.py", 'down_revision = "4f2a"', 'down_revision = "c3c3"')


def typo(stage: Stage) -> None:
    add(stage, "c3c3", "b7e")


def twice(stage: Stage) -> None:
    shutil.copy(stage.shop / VERSIONS / "b7e0_add_invoices.py", stage.shop / VERSIONS / "copy.py")


def staged_only(stage: Stage) -> None:
    fork(stage)
    stage.git("add", "-A")
    change(stage, "c3c3_add_returns.py", 'down_revision = "9c01"', 'down_revision = "b7e0"')


def not_staged(stage: Stage) -> None:
    """Work that has nothing to do with migrations is staged; a fork lies around."""
    stage.write("notes.txt", "x\n")
    stage.git("add", "notes.txt")
    fork(stage)


SITUATIONS: dict[str, Callable[[Stage], None]] = {
    "*healthy: a new revision*": healthy,
    "*healthy: a comment in a published revision*": comment,
    "*healthy: a fork that a merge revision joins*": joined,
    "*healthy: a fork in the working tree, not staged*": not_staged,
    "a fork": fork,
    "a staged fork; the working tree looks fine": staged_only,
    "a merge that forks the history": merge,
    "two branches that will fork when merged": branches,
    "the last published revision deleted": deleted_last,
    "a published revision in the middle deleted": deleted_middle,
    "a published revision gets another id": lambda s: change(
        s, "b7e0_add_invoices.py", 'revision = "b7e0"', 'revision = "c3c3"'
    ),
    "a published revision gets another parent": reparented,
    "a published revision edited": lambda s: change(
        s, "b7e0_add_invoices.py", "sa.Integer, primary_key=True", "sa.BigInteger, primary_key=True"
    ),
    "a parent that does not exist": typo,
    "the same id twice": twice,
    "a loop": lambda s: change(s, "4f2a_create_customers.py", "down_revision = None", 'down_revision = "b7e0"'),
    "a second base": lambda s: change(s, add_file(s), '"b7e0"', "None"),
    "a file that isn't valid Python": lambda s: s.write(f"{VERSIONS}/c3c3.py", "revision = 'c3c3\n"),
    "a model without a migration": lambda s: s.models("customers", "orders", "invoices", "returns"),
    "an upgrade that fails": lambda s: change(s, add_file(s), "create_table(", "create_tables("),
    "a downgrade that fails": lambda s: change(s, add_file(s), "drop_table(", "drop_tables("),
}


def add_file(stage: Stage) -> str:
    return add(stage, "c3c3", "b7e0").rpartition("/")[2]


def cell(situation: Callable[[Stage], None], command: str, folder: Path) -> str:
    """What one command makes of one situation."""
    stage = prepared(situation, folder)
    if "alembic-linear" in command and "<<<<" in text(stage.shop / "migrations" / "head.txt"):
        return "conflict"
    shown = stage.run(f'{{ {command}; }} 2>&1; echo "exit $?"')
    shutil.rmtree(folder)
    if shown.endswith("exit 0\n"):
        return ""
    crash = re.search(r"(?m)^(?:\w+\.)*(?!Assertion)\w+(?:Error|Exception)\b", shown)
    return "traceback" if "Traceback" in shown and crash else "found"


def ours(situation: Callable[[Stage], None], folder: Path) -> str:
    """Which of the hooks stops it first; a warning stops nothing, and is named as such."""
    stage = prepared(situation, folder)
    warned = ""
    for command in OURS:
        shown = stage.run(f'git alembic {command}; echo "exit $?"')
        if not shown.endswith("exit 0\n"):
            return f"`{command}`"
        if ": warning: " in shown and not warned:
            warned = f"`{command}` warns"
    return warned


def worded(found: str, *, healthy: bool) -> str:
    if healthy:
        return "false alarm" if found else "quiet"
    return found or "no"


def prepared(situation: Callable[[Stage], None], folder: Path) -> Stage:
    stage = Stage(folder)
    base(stage)
    situation(stage)
    if situation not in (staged_only, not_staged, branches):
        stage.run("git add -A")
    return stage


def text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> int:
    """Print the table."""
    rows = [["", *TOOLS, "git-alembic"], ["---"] * (len(TOOLS) + 2)]
    with tempfile.TemporaryDirectory() as folder:
        for name, situation in SITUATIONS.items():
            place = Path(folder) / str(len(rows))
            cells = [cell(situation, command, place / str(at)) for at, command in enumerate(TOOLS.values())]
            cells.append(ours(situation, place / "ours"))
            rows.append([name, *(worded(one, healthy=name.startswith("*")) for one in cells)])
            print(*rows[-1], sep=" | ", file=sys.stderr)
    print("\n".join(f"| {' | '.join(row)} |" for row in rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
