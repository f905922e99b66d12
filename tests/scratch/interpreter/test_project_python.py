"""Which Python is the project's: configured, activated, in the project, from a tool, or on PATH."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from git_alembic.scratch.interpreter.project_python import Interpreter, interpreter
from tests.support.refusal_message import refusal

ACTIVATED = "the activated environment"
CONFIGURED = "`python` in [tool.git-alembic]"


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with the folder `shop`. git-alembic is not installed in an environment."""
    monkeypatch.setattr(sys, "base_prefix", sys.prefix)
    folder = tmp_path / "project"
    (folder / "shop").mkdir(parents=True)
    return folder


def environment(root: Path, name: str = "python") -> str:
    """Make an environment, and return the path of its Python."""
    python = root / "bin" / name
    python.parent.mkdir(parents=True, exist_ok=True)
    python.write_text("#!/bin/sh\n")
    python.chmod(0o755)
    (root / "pyvenv.cfg").write_text("")
    return str(python)


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def found(top: Path, cwd: str = ".", **environ: str) -> tuple[str, str]:
    """Return the path and the reason, without the setting."""
    python = interpreter(None, str(top), environ, cwd)
    assert python.words == (python.path,)
    return python.path, python.why


class TestConfigured:
    def test_a_path_in_the_project_or_anywhere(self, top: Path, tmp_path: Path) -> None:
        own, other = environment(top / "env"), environment(tmp_path / "other")
        assert interpreter("env/bin/python", str(top), {}) == Interpreter(own, CONFIGURED)
        assert interpreter(other, str(top), {}) == Interpreter(other, CONFIGURED)

    def test_a_command(self, top: Path) -> None:
        words = ("docker", "exec", "my app", "python")
        python = interpreter(words, str(top), {})
        assert python == Interpreter("docker exec 'my app' python", CONFIGURED, words)
        assert python.words == words

    def test_the_variable_comes_first(self, top: Path) -> None:
        own = environment(top / "env")
        why = "the environment variable GIT_ALEMBIC_PYTHON"
        environ = {"GIT_ALEMBIC_PYTHON": "env/bin/python"}
        assert interpreter("other", str(top), environ) == Interpreter(own, why)
        command = interpreter(None, str(top), {"GIT_ALEMBIC_PYTHON": "ssh 'a b' python"})
        assert command == Interpreter("ssh 'a b' python", why, ("ssh", "a b", "python"))
        assert refusal(lambda: interpreter(None, str(top), {"GIT_ALEMBIC_PYTHON": "a 'b"})) == (
            'GIT_ALEMBIC_PYTHON is not a valid command: "a \'b" (no closing quotation)'
        )

    @pytest.mark.parametrize("name", ["gone", "text"])
    def test_no_program(self, top: Path, name: str) -> None:
        (top / "text").write_text("")
        assert refusal(lambda: interpreter(name, str(top), {})) == (
            f"`python` in [tool.git-alembic] is {name}, but that program does not exist"
        )


class TestFound:
    def test_the_activated_environment_comes_before_those_of_the_project(self, top: Path, tmp_path: Path) -> None:
        own = environment(top / ".venv")
        one, two, three = (environment(tmp_path / name) for name in ("one", "two", "three"))
        variables = {"VIRTUAL_ENV": "one", "PATH": "two/bin", "CONDA_PREFIX": "three"}
        full = {name: str(tmp_path / path) for name, path in variables.items()}
        order = []
        for gone in ("VIRTUAL_ENV", "PATH", "CONDA_PREFIX"):
            order.append(found(top, **full))
            del full[gone]
        assert order == [(path, ACTIVATED) for path in (one, two, three)]
        assert found(top) == (own, "the project's .venv")

    def test_an_activated_environment_that_is_gone(self, top: Path) -> None:
        own = environment(top / "venv", "python3")
        assert found(top, VIRTUAL_ENV="/gone") == (own, "the project's venv")

    def test_the_nearest_folder_of_a_monorepo(self, top: Path) -> None:
        outer = environment(top / ".venv")
        assert found(top, "shop") == (outer, "the project's .venv")
        inner = environment(top / "shop" / "venv")
        assert found(top, "shop") == (inner, "the project's shop/venv")
        assert found(top) == (outer, "the project's .venv")

    def test_names_of_environments(self, top: Path) -> None:
        plain = environment(top / "venv")
        hidden = environment(top / ".venv")
        named = environment(top / "envs" / "uv")
        assert found(top) == (hidden, "the project's .venv")
        assert found(top, UV_PROJECT_ENVIRONMENT="envs/uv") == (named, "the project's envs/uv")
        Path(hidden).unlink()
        assert found(top) == (plain, "the project's venv")

    def test_pdm_names_its_interpreter(self, top: Path, tmp_path: Path) -> None:
        python = environment(tmp_path / "pdm")
        (top / ".pdm-python").write_text(f"{python}\n")
        assert found(top) == (python, "the interpreter that pdm uses")

    @pytest.mark.parametrize("lock", ["poetry.lock", "Pipfile"])
    def test_tools_that_print_it(self, top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lock: str) -> None:
        tool, arguments = {"poetry.lock": ("poetry", "env info --path"), "Pipfile": ("pipenv", "--venv")}[lock]
        python = environment(tmp_path / "env")
        bin_ = tmp_path / "bin"
        monkeypatch.setenv("PATH", f"{bin_}{os.pathsep}{os.environ['PATH']}")
        (top / lock).write_text("")
        program(bin_, tool, f'test "$*" = "{arguments}" && test "$PWD" = "{top}" && echo "{tmp_path}/env"')
        assert found(top) == (python, f"the interpreter that {tool} uses")
        program(bin_, tool, f'echo "{tmp_path}/env"; exit 1')
        assert refusal(lambda: found(top)).startswith("the project's Python was not found")

    def test_the_environment_of_git_alembic(self, top: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "base_prefix", "/usr")
        assert found(top) == (sys.executable, "the environment that git-alembic is installed in")
        python = environment(tmp_path / "path")
        (tmp_path / "path" / "pyvenv.cfg").unlink()
        path = f"{Path(sys.executable).parent}{os.pathsep}{tmp_path}/path/bin"
        assert found(top, PRE_COMMIT="1", PATH=path) == (python, "the first on PATH")

    def test_nothing(self, top: Path) -> None:
        (top / "empty").mkdir()
        (top / ".venv" / "bin" / "python").mkdir(parents=True)
        assert refusal(lambda: found(top, PATH=str(top / "empty"))) == (
            'the project\'s Python was not found; set `python` in [tool.git-alembic], for example to ".venv/bin/python"'
        )
