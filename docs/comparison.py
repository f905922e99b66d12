"""Run other tools on the same broken projects, and print the table of docs/comparison.md: `make comparison`.

Each cell is one run of its column's command, in its own project with its own database.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.support.doc_scenes import ExampleProject, bare_project

VERSIONS = "migrations/versions"
ENV_PY = """\
from alembic import context
from sqlalchemy import engine_from_config, pool

from shop import Base

config = context.config
engine = config.attributes.get("connection")  # pytest-alembic sets it
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
OUR_COMMANDS = ("check", "pre-push", "drift", "roundtrip")


def base(project: ExampleProject) -> None:
    """4f2a <- 9c01 <- b7e0, published, with models that match; head.txt for alembic-linear."""
    bare_project(project)
    project.write("migrations/env.py", ENV_PY)
    project.revision("9c01", "4f2a", "add orders")
    project.revision("b7e0", "9c01", "add invoices")
    project.models("customers", "orders", "invoices")
    project.write("tests/test_migrations.py", "from pytest_alembic.tests import *\n")
    project.run("alembic-linear update")
    project.commit("Add orders and invoices")
    project.git("push", "-q")


def change(project: ExampleProject, path: str, old: str, new: str) -> None:
    file = project.shop / VERSIONS / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def add(project: ExampleProject, id_: str, down: str, table: str = "returns") -> str:
    project.models("customers", "orders", "invoices", table)
    return project.revision(id_, down, f"add {table}")


def healthy(project: ExampleProject) -> None:
    add(project, "c3c3", "b7e0")


def comment(project: ExampleProject) -> None:
    change(project, "9c01_add_orders.py", "def upgrade", "# orders come from the shop\ndef upgrade")


def merged_fork(project: ExampleProject) -> None:
    fork(project)
    project.revision("ffff", ["b7e0", "c3c3"], "merge heads")
    change(
        project,
        "ffff_merge_heads.py",
        'op.create_table("heads", sa.Column("id", sa.Integer, primary_key=True))',
        "pass",
    )
    change(project, "ffff_merge_heads.py", 'op.drop_table("heads")', "pass")


def fork(project: ExampleProject) -> None:
    add(project, "c3c3", "9c01")


def branches(project: ExampleProject) -> None:
    """main has c3c3, published. topic has d4d4 on the same parent, and is checked out."""
    project.git("switch", "-q", "-c", "topic")
    add(project, "d4d4", "b7e0", "refunds")
    project.run("alembic-linear update")
    project.commit("Add refunds")
    project.git("switch", "-q", "main")
    add(project, "c3c3", "b7e0", "returns")
    project.run("alembic-linear update")
    project.commit("Add returns")
    project.git("push", "-q")
    project.git("switch", "-q", "topic")


def merge(project: ExampleProject) -> None:
    """An unfinished merge of the two branches. The conflict in the models is resolved."""
    branches(project)
    project.git("switch", "-q", "main")
    project.run("git merge --no-commit topic")
    project.models("customers", "orders", "invoices", "refunds", "returns")
    project.run("git add shop.py")


def deleted_last(project: ExampleProject) -> None:
    (project.shop / VERSIONS / "b7e0_add_invoices.py").unlink()
    project.models("customers", "orders")


def deleted_middle(project: ExampleProject) -> None:
    (project.shop / VERSIONS / "9c01_add_orders.py").unlink()


def reparented(project: ExampleProject) -> None:
    """A new revision is inserted below a published one. The history is still one line."""
    add(project, "c3c3", "4f2a")
    change(project, "9c01_add_orders.py", 'down_revision = "4f2a"', 'down_revision = "c3c3"')


def missing_parent(project: ExampleProject) -> None:
    add(project, "c3c3", "b7e")


def duplicate(project: ExampleProject) -> None:
    shutil.copy(project.shop / VERSIONS / "b7e0_add_invoices.py", project.shop / VERSIONS / "copy.py")


def staged_only(project: ExampleProject) -> None:
    fork(project)
    project.git("add", "-A")
    change(project, "c3c3_add_returns.py", 'down_revision = "9c01"', 'down_revision = "b7e0"')


def not_staged(project: ExampleProject) -> None:
    """Only an unrelated file is staged. A fork is in the working tree."""
    project.write("notes.txt", "x\n")
    project.git("add", "notes.txt")
    fork(project)


SITUATIONS: dict[str, Callable[[ExampleProject], None]] = {
    "*healthy: a new revision*": healthy,
    "*healthy: a comment in a published revision*": comment,
    "*healthy: a fork that a merge revision joins*": merged_fork,
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
    "a parent that does not exist": missing_parent,
    "the same id twice": duplicate,
    "a loop": lambda s: change(s, "4f2a_create_customers.py", "down_revision = None", 'down_revision = "b7e0"'),
    "a second base": lambda s: change(s, add_file(s), '"b7e0"', "None"),
    "a file that isn't valid Python": lambda s: s.write(f"{VERSIONS}/c3c3.py", "revision = 'c3c3\n"),
    "a model without a migration": lambda s: s.models("customers", "orders", "invoices", "returns"),
    "an upgrade that fails": lambda s: change(s, add_file(s), "create_table(", "create_tables("),
    "a downgrade that fails": lambda s: change(s, add_file(s), "drop_table(", "drop_tables("),
}


def add_file(project: ExampleProject) -> str:
    return add(project, "c3c3", "b7e0").rpartition("/")[2]


def run_tool(situation: Callable[[ExampleProject], None], command: str, folder: Path) -> str:
    """Run one command in one situation. Return the text of its cell."""
    project = prepare(situation, folder)
    if "alembic-linear" in command and "<<<<" in read(project.shop / "migrations" / "head.txt"):
        return "conflict"
    shown = project.run(f'{{ {command}; }} 2>&1; echo "exit $?"')
    shutil.rmtree(folder)
    if shown.endswith("exit 0\n"):
        return ""
    crash = re.search(r"(?m)^(?:\w+\.)*(?!Assertion)\w+(?:Error|Exception)\b", shown)
    return "traceback" if "Traceback" in shown and crash else "found"


def run_ours(situation: Callable[[ExampleProject], None], folder: Path) -> str:
    """Return the first of our commands that fails, or else one that warns."""
    project = prepare(situation, folder)
    warned = ""
    for command in OUR_COMMANDS:
        shown = project.run(f'git alembic {command}; echo "exit $?"')
        if not shown.endswith("exit 0\n"):
            return f"`{command}`"
        if ": warning: " in shown and not warned:
            warned = f"`{command}` warns"
    return warned


def result(found: str, *, healthy: bool) -> str:
    if healthy:
        return "false alarm" if found else "quiet"
    return found or "no"


def prepare(situation: Callable[[ExampleProject], None], folder: Path) -> ExampleProject:
    project = ExampleProject(folder)
    base(project)
    situation(project)
    if situation not in (staged_only, not_staged, branches):
        project.run("git add -A")
    return project


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


def main() -> int:
    """Print the table."""
    rows = [["", *TOOLS, "git-alembic"], ["---"] * (len(TOOLS) + 2)]
    with tempfile.TemporaryDirectory() as folder:
        for name, situation in SITUATIONS.items():
            place = Path(folder) / str(len(rows))
            cells = [run_tool(situation, command, place / str(column)) for column, command in enumerate(TOOLS.values())]
            cells.append(run_ours(situation, place / "ours"))
            rows.append([name, *(result(found, healthy=name.startswith("*")) for found in cells)])
            print(*rows[-1], sep=" | ", file=sys.stderr)
    print("\n".join(f"| {' | '.join(row)} |" for row in rows))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
