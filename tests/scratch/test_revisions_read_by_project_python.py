"""The project's Python loads computed identifiers, which are rejected like in Alembic, and decides on newer syntax."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from git_alembic.config.settings import Settings
from git_alembic.git import Repository
from git_alembic.revisions.parser import EMPTY_PARENT
from git_alembic.revisions.revision import Problem, Revision, Unreadable
from git_alembic.scratch.revisions_read_by_project_python import (
    ProjectCompiler,
    compile_files,
    load_identifiers,
)
from tests.support.project import Project

FILE = Unreadable("v/x.py", "blob", "`revision` isn't a literal: it is computed by a call", 2, ("edited-revision",))


def load(folder: Path, text: str) -> Revision | Unreadable:
    (found,) = load_identifiers(sys.executable, str(folder), [FILE], {"blob": text.encode()})
    return found


def test_identifiers_of_a_run(tmp_path: Path) -> None:
    text = (
        "'''m'''\nrevision = str.lower('A')\ndown_revision = {'c', 'b'}\ndepends_on = ['d', '']\nbranch_labels = 'e'\n"
    )

    assert load(tmp_path, text) == Revision(
        "v/x.py", "blob", "a", ("b", "c"), ("d",), ("e",), "m", allowed=("edited-revision",)
    )


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (
            "revision = 'HEAD'.lower()\ndown_revision = None\n",
            "its identifier 'head' is reserved by Alembic, so no command can refer to the revision",
        ),
        ("revision = 'a-'.lower()\ndown_revision = None\n", "its identifier 'a-' contains `-`"),
        ("revision = 'a'.lower()\ndown_revision = ''\n", EMPTY_PARENT),
    ],
)
def test_identifiers_that_alembic_rejects(tmp_path: Path, text: str, problem: str) -> None:
    found = load(tmp_path, text)

    assert isinstance(found, Revision)
    assert found.problem is not None
    assert found.problem.startswith(problem)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("raise SystemExit('no')\n", "SystemExit: no"),
        ("revision = 1\ndown_revision = None\n", "TypeError: an identifier is not a string: 1"),
        ("revision = 'a'\n", "AttributeError: "),
    ],
)
def test_a_file_without_identifiers(tmp_path: Path, text: str, error: str) -> None:
    found = load(tmp_path, text)

    assert isinstance(found, Unreadable)
    assert found.reason.startswith(f"running it failed: {error}")
    assert (found.line, found.allowed) == (FILE.line, FILE.allowed)


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
        script = Path(compile_files.__code__.co_filename).parent / "remote" / "relay" / "revision_syntax_check.py"
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
