"""Modules imported without their package, GitPython's among them, and modules that load on first use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import Project

USE = """
sys.path.insert(0, sys.argv[1])
from git_alembic.lazy_imports import defer_imports, defer_translations, skip_package_init
"""
PACKAGE = {"__init__.py": "WHOLE = True\nimport heavy.rest\n", "part.py": "VALUE = 1\n", "rest.py": ""}


def run(code: str, folder: Path) -> str:
    command = [sys.executable, "-c", f"import sys\n{USE}{code}", str(folder)]
    done = subprocess.run(command, capture_output=True, check=False, text=True)
    return done.stdout if not done.returncode else done.stderr.splitlines()[-1]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "heavy").mkdir()
    for name, text in PACKAGE.items():
        (tmp_path / "heavy" / name).write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("code", "output"),
    [
        pytest.param(
            (
                "with skip_package_init('heavy'):\n"
                " from heavy.part import VALUE\n print('heavy.rest' in sys.modules)\nprint(VALUE)"
            ),
            "False\n1\n",
            id="only a part",
        ),
        pytest.param(
            (
                "with skip_package_init('heavy'):\n"
                " import heavy.part\nimport heavy\nprint(heavy.WHOLE, hasattr(heavy, 'part'))"
            ),
            "True False\n",
            id="the package afterwards",
        ),
        pytest.param(
            "import heavy\nwith skip_package_init('heavy'):\n import heavy.part\nprint(heavy.WHOLE, heavy.part.VALUE)",
            "True 1\n",
            id="the package before",
        ),
        pytest.param(
            (
                "try:\n with skip_package_init('heavy'):\n"
                "  import heavy.none\nexcept ImportError:\n import heavy\nprint(heavy.WHOLE)"
            ),
            "True\n",
            id="no such part",
        ),
        pytest.param(
            "with skip_package_init('nowhere'):\n import nowhere",
            "ModuleNotFoundError: No module named 'nowhere'",
            id="no such package",
        ),
    ],
)
def test_skip_package_init(folder: Path, code: str, output: str) -> None:
    assert run(code, folder) == output


@pytest.mark.parametrize(
    ("code", "output"),
    [
        pytest.param("import heavy.part", "", id="an unused module"),
        pytest.param("import heavy\nprint(heavy.WHOLE)", "ran\nTrue\n", id="a used module"),
        pytest.param("from heavy import WHOLE\nprint(WHOLE)", "ran\nTrue\n", id="a name from the module"),
        pytest.param("import heavy\nheavy.none", "AttributeError: module 'heavy' has no attribute 'none'", id="none"),
        pytest.param("import heavy\nprint(heavy.__name__, heavy.__spec__.name)", "heavy heavy\n", id="its spec"),
    ],
)
def test_defer_imports(tmp_path: Path, code: str, output: str) -> None:
    (tmp_path / "heavy").mkdir()
    (tmp_path / "heavy" / "__init__.py").write_text("print('ran')\nWHOLE = True\n")
    (tmp_path / "heavy" / "part.py").write_text("")
    assert run(f"defer_imports('heavy', 'nowhere', 'sys')\n{code}", tmp_path) == output


@pytest.mark.parametrize(
    ("code", "output"),
    [
        ("import argparse\nargparse.ArgumentParser('p').format_usage()\nprint('locale' in sys.modules)", "False\n"),
        (
            "import argparse\np = argparse.ArgumentParser('p')\np.add_argument('-n', nargs=2)\np.parse_args(['-n'])",
            "p: error: argument -n: expected 2 arguments",
        ),
        (
            "import argparse\np = argparse.ArgumentParser('p')\np.add_argument('-n', nargs=1)\np.parse_args(['-n'])",
            "p: error: argument -n: expected 1 argument",
        ),
        ("import gettext\nprint(gettext.NullTranslations().gettext('a'), gettext.gettext('b'))", "a b\n"),
        ("import gettext\ndefer_translations()\nprint(gettext.textdomain())", "messages\n"),
    ],
    ids=["usage", "plural", "singular", "the rest of the module", "imported before"],
)
def test_defer_translations(tmp_path: Path, code: str, output: str) -> None:
    assert run(f"defer_translations()\n{code}", tmp_path) == output


def test_gitpython_is_complete_for_others(tmp_path: Path) -> None:
    code = "from git_alembic.git.runner import Git\nimport git\nprint(git.Repo.__name__, git.cmd.Git.__name__)"
    assert run(code, tmp_path) == "Repo Git\n"


def test_a_gitpython_that_needs_its_whole_package(tmp_path: Path) -> None:
    """Its modules import from the package itself: then all of it is imported."""
    (tmp_path / "git").mkdir()
    (tmp_path / "git" / "__init__.py").write_text("NAME = 'whole'\n")
    (tmp_path / "git" / "cmd.py").write_text("from git import NAME\nclass Git: name = NAME\n")
    (tmp_path / "git" / "exc.py").write_text(
        "class GitCommandError(Exception): ...\nGitCommandNotFound = GitCommandError\n"
    )
    assert run("from git_alembic.git.runner import Git\nprint(Git.name)", tmp_path) == "whole\n"


def test_a_check_evaluates_no_annotation_of_a_named_tuple(project: Project) -> None:
    """With `from __future__ import annotations`, `typing` compiles the annotation of each field during the import."""
    project.revision("z", "b")
    project.git("add", "-A")
    code = """
import sys
from git_alembic.cli import main
code = main(["check"])
modules = [vars(module) for name, module in sys.modules.items() if name.startswith("git_alembic.")]
print(code, [module["__name__"] for module in modules if "annotations" in module and any(
    hasattr(value, "_fields") and value.__module__ == module["__name__"]
    for value in module.values() if isinstance(value, type)
)])
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=project.path, capture_output=True, check=True, text=True)
    assert done.stdout == "0 []\n"
