"""The differences of Windows and macOS, as far as they can be tested elsewhere."""

from __future__ import annotations

import json
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Literal

import pytest

from tests.support.project import ENV_PY, INI, Project

# Windows' Python lacks these modules and names in `os` and `signal`. Modules that others import are imported first.
DISGUISE = """
import importlib, json, os, pkgutil, signal, sys
import asyncio, pathlib, shutil, subprocess, tempfile
import git_alembic

MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty")
MISSING = {
    os: ("fork", "forkpty", "getpgid", "geteuid", "getuid", "getgid", "killpg", "setsid", "setpgid", "mkfifo", "wait3",
         "wait4", "O_NOFOLLOW", "O_NONBLOCK", "O_CLOEXEC", "uname", "sysconf", "pread", "fchmod", "fchown", "chown"),
    signal: ("SIGKILL", "SIGHUP", "SIGPIPE", "SIGALRM", "SIGUSR1", "SIGQUIT", "alarm", "pthread_sigmask"),
}

def all_modules():
    for module in pkgutil.walk_packages(git_alembic.__path__, "git_alembic."):
        if ".probe" not in module.name and not module.name.endswith("__main__"):
            yield module.name, importlib.import_module(module.name)

list(all_modules())
tempfile.gettempdir()  # kept; Python 3.10 would look for a user's folder with what Windows lacks
for name in [name for name in sys.modules if name.startswith("git_alembic.")]:
    del sys.modules[name]
for name in MODULES:
    sys.modules[name] = None
for module, names in MISSING.items():
    for name in names:
        if hasattr(module, name):
            delattr(module, name)
os.name, sys.platform = "nt", "win32"
subprocess.CREATE_NO_WINDOW = subprocess.CREATE_NEW_PROCESS_GROUP = 0  # GitPython asks for them

class Popen(subprocess.Popen):
    def __init__(self, *arguments, creationflags=0, **options):  # old ones of GitPython have their own number
        super().__init__(*arguments, **options)

subprocess.Popen = Popen
"""


def disguised(code: str, cwd: Path, *arguments: str) -> str:
    """Return the output of code in a Python that claims to run on Windows. `all_modules` imports ours."""
    done = subprocess.run(
        [sys.executable, "-c", DISGUISE + code, *arguments], cwd=cwd, check=False, capture_output=True, text=True
    )
    assert done.stderr == ""
    return done.stdout


def forked(project: Project) -> None:
    project.revision("c", "b")
    project.revision("d", "b")
    project.git("add", "-A")


class TestWindows:
    def test_every_module_is_imported(self, tmp_path: Path) -> None:
        printed = disguised("print(len(list(all_modules())))", tmp_path)
        assert int(printed) > 100

    def test_the_static_commands_run(self, project: Project) -> None:
        forked(project)
        code = """
from git_alembic.cli import main
for command in (["check", "--format", "json"], ["graph", "--format", "json"], ["restore", "b"], ["hint", "post-merge"]):
    code = main(command)
    print(f"\\n--- {code}")
"""
        check, graph, restore, hint, rest = disguised(code, project.path).split("\n--- ")
        assert [finding["rule"] for finding in json.loads(check)["findings"]] == ["multiple-heads"]
        assert graph.startswith("1\n{")
        assert (restore[0], hint[0], rest.strip()) == ("0", "0", "0")

    @pytest.mark.parametrize("folder", [".venv", "venv"])
    def test_the_interpreter_of_an_environment(self, tmp_path: Path, folder: str) -> None:
        for path in ("Scripts/python.exe", "bin/python"):
            file = tmp_path / folder / path
            file.parent.mkdir(parents=True)
            file.touch(0o755)
        code = """
from git_alembic.scratch.interpreter.project_python import interpreter
print(*interpreter(None, sys.argv[1], {"PATH": ""})[:2])
"""
        expected = f"{tmp_path}/{folder}/Scripts/python.exe the project's {folder}"
        assert disguised(code, tmp_path, str(tmp_path)).strip() == expected

    @pytest.mark.parametrize(
        "configuration",
        [
            {"alembic.ini": "[alembic]\nscript_location = db\\migrations\n"},
            {"alembic.ini": "[alembic]\nscript_location = %(here)s\\db\\migrations\n"},
            {"alembic.ini": "[alembic]\nscript_location = C:\\Users\\Ada\\shop\\db\\migrations\n"},
            {
                "alembic.ini": "[alembic]\nscript_location = db/migrations\nversion_path_separator = ;\n"
                "version_locations = C:\\shop\\db\\migrations\\versions;%(here)s\\db\\none\n"
            },
            {"pyproject.toml": "[tool.alembic]\nscript_location = 'db\\migrations'\n"},
            {
                "pyproject.toml": "[tool.git-alembic]\n"
                "environments = [{ name = 'shop', script_location = 'db\\migrations' }]\n"
            },
            {
                "db/alembic.ini": "[alembic]\nscript_location = migrations\n",
                "pyproject.toml": "[tool.git-alembic]\nenvironments = [{ name = 'a', config = 'db\\alembic.ini' }]\n",
            },
        ],
        ids=["ini", "here", "drive", "versions", "toml", "settings", "config"],
    )
    def test_backslashes_in_the_configuration(self, empty: Project, configuration: dict[str, str]) -> None:
        for path, text in configuration.items():
            empty.write(path, text)
        empty.write("db/migrations/env.py", ENV_PY)
        for id_, up in (("a", None), ("c", "a"), ("d", "a")):
            empty.revision(id_, up, folder="db/migrations/versions")
        empty.git("add", "-A")
        found = empty.check()
        assert [environment["script_location"] for environment in found["environments"]] == ["db/migrations"]
        assert [finding["rule"] for finding in found["findings"]] == ["multiple-heads"]


class TestLineEnds:
    def test_all_files_with_carriage_returns(self, empty: Project) -> None:
        empty.write("alembic.ini", INI)
        empty.write("pyproject.toml", "[tool.git-alembic]\nheads = 1\n")
        empty.write("migrations/env.py", ENV_PY)
        for id_, up in (("a", None), ("b", "a"), ("c", "a")):
            empty.revision(id_, up)
        for path in empty.path.rglob("*.*"):
            if path.is_file() and ".git" not in path.parts:
                path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        empty.git("add", "-A")
        assert empty.rules() == ["multiple-heads"]

    def test_other_line_endings_are_not_an_edit(self, project: Project) -> None:
        path = project.path / "migrations/versions/a_x.py"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        project.git("add", "-A")
        assert project.git("diff", "--cached", "--name-only") == "migrations/versions/a_x.py\n"
        assert project.rules() == []

    def test_a_checkout_with_autocrlf_matches_the_commit(self, project: Project) -> None:
        project.git("config", "core.autocrlf", "true")
        project.git("rm", "-q", "-r", "--cached", ".")
        project.git("reset", "-q", "--hard")
        (project.path / "migrations/versions/a_x.py").unlink()
        project.git("checkout", "-q", "--", "migrations")
        assert b"\r\n" in (project.path / "migrations/versions/a_x.py").read_bytes()
        project.revision("c", "b")
        project.git("add", "-A")
        assert project.rules() == []

    def test_hooks_are_written_with_line_feeds(self, project: Project) -> None:
        project.git("config", "core.autocrlf", "true")
        assert project.run("install").returncode == 0
        hooks = [path for path in (project.path / ".git/hooks").iterdir() if path.suffix != ".sample"]
        assert hooks
        assert [path.name for path in hooks if b"\r" in path.read_bytes()] == []


class TestNames:
    @pytest.mark.parametrize("form", ["NFC", "NFD"])
    def test_composed_and_decomposed(self, empty: Project, form: Literal["NFC", "NFD"]) -> None:
        """macOS may return either form. git's index has the form of `precomposeUnicode`."""
        folder = unicodedata.normalize(form, "café/migrations")
        empty.write("alembic.ini", f"[alembic]\nscript_location = {folder}\n")
        empty.write(f"{folder}/env.py", ENV_PY)
        for id_, up in (("a", None), ("b", "a"), ("c", "a")):
            name = unicodedata.normalize(form, f"{id_}_añadir.py")
            empty.revision(id_, up, folder=f"{folder}/versions", name=name)
        empty.git("add", "-A")
        found = empty.check()
        assert [environment["script_location"] for environment in found["environments"]] == [folder]
        assert [finding["rule"] for finding in found["findings"]] == ["multiple-heads"]
        assert (empty.path / found["findings"][0]["path"]).exists()

    def test_the_configuration_has_the_other_form(self, empty: Project) -> None:
        """The folder is then found by its content."""
        empty.write("alembic.ini", "[alembic]\nscript_location = cafe\u0301/migrations\n")
        for id_, up in (("a", None), ("b", "a"), ("c", "a")):
            empty.revision(id_, up, folder="caf\u00e9/migrations/versions")
        empty.git("add", "-A")
        assert empty.rules() == ["multiple-heads"]

    def test_the_configuration_has_another_case(self, empty: Project) -> None:
        """Some file systems still find the folder. git's tree does not, so it is found by its content."""
        empty.write("alembic.ini", "[alembic]\nscript_location = DB/Migrations\n")
        for id_, up in (("a", None), ("b", "a"), ("c", "a")):
            empty.revision(id_, up, folder="db/migrations/versions")
        empty.git("add", "-A")
        assert empty.rules() == ["multiple-heads"]

    def test_another_case_is_another_name(self, project: Project) -> None:
        project.git("config", "core.ignoreCase", "true")
        project.git("mv", "-f", "migrations/versions/b_x.py", "migrations/versions/B_X.py")
        assert project.rules() == ["renamed-revision"]

    def test_separators_of_the_system_never_reach_a_path(self, project: Project) -> None:
        """Paths of the file system are compared with git's paths."""
        code = f"""
import ntpath
from git_alembic.lost_revisions.revision_query import list_python_files
os.sep = ntpath.sep
os.path.relpath = lambda path, start: ntpath.relpath(path.replace("/", ntpath.sep), start.replace("/", ntpath.sep))
print(list_python_files({str(project.path)!r}, "migrations"))
"""
        expected = ["migrations/env.py", "migrations/versions/a_x.py", "migrations/versions/b_x.py"]
        assert disguised(code, project.path).strip() == str(expected)


def test_the_systems_of_the_workflow_are_those_that_are_promised() -> None:
    root = Path(__file__).parents[2]
    workflow = (root / ".github/workflows/test.yml").read_text(encoding="utf-8")
    promised = [
        line.rpartition(" ")[2].strip('",')
        for line in (root / "pyproject.toml").read_text().splitlines()
        if "Programming Language :: Python :: 3." in line
    ]
    assert f"python: [{', '.join(json.dumps(version) for version in promised)}]" in workflow
    assert "system: [ubuntu-latest, macos-latest, windows-latest]" in workflow
    assert Path(__file__).name in workflow
