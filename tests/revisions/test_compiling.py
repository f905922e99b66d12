"""Code that parses but doesn't compile is a problem. A newer Python of the project decides on syntax."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from git_alembic.config.settings import Settings
from git_alembic.environments.environment import Environment
from git_alembic.git import Repository
from git_alembic.history.change import Change, Snapshot, empty_snapshot
from git_alembic.history.graph import RevisionGraph
from git_alembic.revisions.parser import read_revision
from git_alembic.revisions.revision import REFUSED, Problem, Revision
from git_alembic.rules.unreadable_revision import DOUBT, WHY, find
from git_alembic.scratch.interpreter.syntax_check_by_project import ProjectCompiler, compile_files
from tests.support.project import Project

START = "revision = 'c'\ndown_revision = 'b'\n"
REVISION = Revision("v/c.py", "blob", "c", ("b",))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("return\n", 3),
        ("break\n", 3),
        ("continue\n", 3),
        ("await x\n", 3),
        ("yield 1\n", 3),
        ("async with x: pass\n", 3),
        ("[await y for y in x]\n", 3),
        ("nonlocal x\n", 3),
        ("x = 1\nfrom __future__ import annotations\n", 4),
        ("from __future__ import braces\n", 3),
        ("def f(a, a): pass\n", 3),
        ("def f(a): global a\n", 3),
        ("def f():\n    def g():\n        nonlocal x\n", 5),
        ("def upgrade():\n    pass\nfor x in y:\n    pass\n    return\n", 7),
        ("class X:\n    return\n", 4),
        ("*a\n", 3),
        ("def f():\n    print(x)\n    global x\n", 5),
        ("del (yield)\n", 3),
    ],
)
def test_code_that_only_the_compiler_rejects(text: str, line: int) -> None:
    found = read_revision("x.py", "", (START + text).encode())

    assert isinstance(found, Revision)
    assert (found.id, found.down) == ("c", ("b",))
    assert found.problem is not None
    assert found.problem.startswith(REFUSED)
    assert found.problem_line == line


@pytest.mark.parametrize(
    "text",
    [
        "def f():\n    for x in y:\n        break\n    yield y\n    return\n",
        "async def f():\n    await x\n",
        "a, *b = 'xy'\n",
        "x = '\\d'\nassert (x, 'always true')\nx is 'x'\n",
        "def f() -> undefined: pass\n",
    ],
)
def test_code_that_the_compiler_accepts(text: str) -> None:
    found = read_revision("x.py", "", (START + text).encode())

    assert isinstance(found, Revision)
    assert found.problem is None


def test_a_future_import_that_comes_first() -> None:
    found = read_revision("x.py", "", f"'''m'''\nfrom __future__ import annotations\n{START}".encode())

    assert isinstance(found, Revision)
    assert found.problem is None


def change(revision: Revision, compiled: dict[str, Problem | None]) -> Change:
    environment = Environment("alembic.ini", "m", ("v",))
    after = Snapshot("staged", environment, RevisionGraph([revision]))
    return Change(environment, (), after, empty_snapshot(after), compiled=compiled)


@pytest.mark.parametrize(
    ("revision", "compiled", "message", "severity"),
    [
        (REVISION, {}, None, None),
        (REVISION._replace(problem="odd", problem_line=3), {}, "odd", "error"),
        (REVISION._replace(doubt="too new", doubt_line=3), {}, "too new", "warning"),
        (REVISION._replace(doubt="too new", doubt_line=3), {"blob": None}, None, None),
        (REVISION._replace(doubt="too new", doubt_line=9), {"blob": Problem("bad", 3)}, "bad", "error"),
        (REVISION._replace(problem=REFUSED, problem_line=9), {"blob": Problem("bad", 3)}, "bad", "error"),
        (
            REVISION._replace(problem=REFUSED + "x", problem_line=3),
            {"blob": None},
            f"{REFUSED}x; only the revision identifiers were read, line by line",
            "warning",
        ),
        (REVISION._replace(problem="odd", problem_line=3, doubt="too new"), {"blob": None}, "odd", "error"),
    ],
)
def test_the_deciding_python(
    revision: Revision, compiled: dict[str, Problem | None], message: str | None, severity: str | None
) -> None:
    found = [(item.message, item.severity, item.line, item.why) for item in find(change(revision, compiled))]

    why = DOUBT if severity == "warning" else WHY
    assert found == ([] if message is None else [(message, severity, 3, why)])


def fake_python(folder: Path, version: str) -> str:
    """Write a program that answers like a Python of that version."""
    python = folder / "python"
    real = "import sys, json; q = json.load(sys.stdin); "
    answer = f"{{'version': {version}, 'problems': {{k: ['bad', 2] if 'bad' in v else None for k, v in q.items()}}}}"
    python.write_text(f"#!/bin/sh\nprintf '%s ' \"$@\" > '{folder}/arguments'\nexec {sys.executable} -c \"{real}"
                      f"print(json.dumps({answer}))\"\n")  # fmt: skip
    python.chmod(0o755)
    return str(python)


@pytest.mark.skipif(os.name == "nt", reason="the fake interpreter is a shell script")
class TestProjectPython:
    def test_a_newer_one_decides(self, tmp_path: Path) -> None:
        python = fake_python(tmp_path, "[9, 1]")

        found = compile_files(python, {"x": b"good", "y": b"bad\xe9"})

        assert found == {"x": None, "y": Problem("not valid Python 9.1: bad", 2)}
        assert (tmp_path / "arguments").read_text().startswith("-I -S ")

    @pytest.mark.parametrize("version", ["[3, 8]", str(list(sys.version_info[:2]))])
    def test_a_python_of_the_same_version_does_not(self, tmp_path: Path, version: str) -> None:
        assert compile_files(fake_python(tmp_path, version), {"x": b"good"}) == {}

    @pytest.mark.parametrize("program", ["exit 1", "echo nonsense", "cat"])
    def test_a_python_without_an_answer_does_not(self, tmp_path: Path, program: str) -> None:
        python = tmp_path / "python"
        python.write_text(f"#!/bin/sh\n{program}\n")
        python.chmod(0o755)

        assert compile_files(str(python), {"x": b"good"}) == {}
        assert compile_files(str(tmp_path / "nowhere"), {"x": b"good"}) == {}

    def test_the_script_compiles_and_runs_nothing(self, tmp_path: Path) -> None:
        script = Path(compile_files.__code__.co_filename).parents[1] / "relay" / "syntax_check.py"
        question = {"good": f"open({str(tmp_path / 'ran')!r}, 'w')\n", "bad": "x = 1\nreturn\n", "nul": "\0"}
        done = subprocess.run(
            [sys.executable, "-I", "-S", str(script)],
            input=json.dumps(question).encode(),
            capture_output=True,
            check=True,
        )

        answer = json.loads(done.stdout)
        assert answer["version"] == list(sys.version_info[:2])
        assert answer["problems"]["good"] is None
        assert answer["problems"]["bad"] == ["'return' outside function", 2]
        assert answer["problems"]["nul"] is not None
        assert not (tmp_path / "ran").exists()

    @pytest.mark.parametrize("kind", ["the program", "a link to it", "a linked folder", "neither"])
    def test_nothing_of_the_repository_is_started(self, project: Project, kind: str) -> None:
        (project.path / "tools").mkdir()
        fake_python(project.path / "tools", "[9, 1]")
        name = "tools/python"
        if kind == "a link to it":
            (project.path / "python").symlink_to("tools/python")
            name = "python"
        elif kind == "a linked folder":
            (project.path / "linked").symlink_to("tools")
            name = "linked/python"
        if kind != "neither":
            project.git("add", {"the program": "tools/python"}.get(kind, name.partition("/")[0]))
        compiler = ProjectCompiler(Repository(str(project.path)))
        found = compiler(Settings(python=name), {"x": b"good"})
        assert found == ({"x": None} if kind == "neither" else {})
        assert (project.path / "tools/arguments").exists() == (kind == "neither")
