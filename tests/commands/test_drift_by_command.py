"""`python` is a command without the repository: drift and roundtrip give the verdicts of a local interpreter."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import git_alembic
from tests.support import isolated_program
from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, ENV_PY, MODELS, Modeled, program

OURS = Path(git_alembic.__path__[0])
TESTS = Path(__file__).parents[1]


class Place:
    """The place where the command runs. `work` is its start folder."""

    def __init__(self, path: Path, project: Modeled) -> None:
        self.path = path
        self.work = path / "work"
        self.project = project
        self.words = isolated_program.command(path, [project.path, OURS, TESTS])

    def use(self, *words: str, settings: str = "") -> None:
        """Set the command, and commit the settings."""
        text = f"[tool.git-alembic]\npython = {json.dumps(words or self.words)}\n{settings}"
        self.project.write("pyproject.toml", text)
        self.project.commit("a command")

    def copy_project(self, subfolder: str = "") -> None:
        """Copy HEAD's files into the folder, like an image."""
        shutil.rmtree(self.work)
        shutil.copytree(self.project.path / subfolder, self.work, ignore=shutil.ignore_patterns(".git"))

    def left(self) -> list[Path]:
        """Return the content of the temporary folder."""
        return list((self.path / "tmp").iterdir())

    def touched(self) -> str:
        """Return the paths that were opened below the hidden folders."""
        return (self.path / "touched").read_text()


@pytest.fixture
def modeled(empty: Modeled) -> Modeled:
    return Modeled(empty.path).start()


@pytest.fixture
def place(modeled: Modeled, tmp_path: Path) -> Place:
    found = Place(tmp_path / "place", modeled)
    found.use()
    return found


def change_models(project: Modeled) -> None:
    project.models(EMAIL)


def add_revision(project: Modeled) -> None:
    project.models(EMAIL)
    project.step("b", "a", ADD_EMAIL, DROP_EMAIL)


def add_wrong_revision(project: Modeled) -> None:
    project.models(EMAIL)
    project.step("b", "a", ADD_EMAIL.replace("email", "mail"), "raise ValueError('no way down')")


class TestVerdicts:
    """The verdicts are those of an interpreter on this machine."""

    @pytest.mark.parametrize("command", ["drift", "drift --full", "roundtrip"])
    @pytest.mark.parametrize("change", [change_models, add_revision, add_wrong_revision])
    def test_both_are_the_same(self, place: Place, command: str, change: Callable[[Modeled], None]) -> None:
        change(place.project)
        words = command.split()

        found = place.project.check(*words[1:], command=words[0])
        here = place.project.check(*words[1:], command=words[0], env={"GIT_ALEMBIC_PYTHON": sys.executable})

        assert found == here
        assert place.left() == []
        if (command, change) != ("roundtrip", change_models):  # nothing runs for these
            assert place.touched() == ""

    def test_the_index_is_checked_and_not_the_working_tree(self, place: Place) -> None:
        place.project.models(EMAIL, stage=False)
        place.project.step("b", "a", "raise ValueError('not staged')", stage=False)

        assert place.project.found() == []

    def test_no_result_is_reused(self, place: Place) -> None:
        add_revision(place.project)
        for _ in range(2):
            done = place.project.run("drift", "-v")
            output = " ".join(f"{done.stdout}{done.stderr}".split())
            assert (
                "nothing was reused, because git-alembic can't tell whether the environment of a command has changed"
                in output
            )
            assert f"Python 3.{sys.version_info[1]}." in output

    @pytest.mark.parametrize("subfolder", ["", "backend"])
    def test_the_code_of_the_image_does_not_run(self, empty: Modeled, tmp_path: Path, subfolder: str) -> None:
        project = Modeled(empty.path).start()
        if subfolder:
            (project.path / subfolder).mkdir()
            for name in ("app", "migrations", "alembic.ini"):
                project.git("mv", name, f"{subfolder}/{name}")
            project.commit("a folder")
        place = Place(tmp_path / "place", project)
        place.use()
        place.copy_project(subfolder)
        (place.path / "environ").write_text(f"PYTHONPATH={place.work}:{place.path / 'site'}\n")
        project.write(str(Path(subfolder, "app/models.py")), MODELS.format(columns=EMAIL))
        project.git("add", "-A")

        assert project.found() == [("error", "model-drift")]
        assert (place.work / "app/models.py").read_text() == MODELS.format(columns="")

    def test_output_of_the_project_does_not_disturb(self, place: Place) -> None:
        noise = "import ctypes, os\nprint('x' * 9000)\nos.write(1, b'\\0' * 99)\nctypes.CDLL(None).puts(b'by C')\n"
        place.project.write("migrations/env.py", noise + ENV_PY)
        place.project.commit("noise")
        add_revision(place.project)

        assert place.project.found() == []

    def test_the_variables_are_those_of_the_command_and_of_the_settings(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        names = ("HERE", "THERE", "SET")
        env_py = f"import os\nraise ValueError([os.environ.get(name) for name in {names}])\n"
        place.project.write("migrations/env.py", env_py)
        place.use(settings='[tool.git-alembic.drift]\nenv = { SET = "by settings" }\n')
        add_revision(place.project)
        monkeypatch.setenv("HERE", "on this machine")
        (place.path / "environ").write_text("THERE=in the container\n")

        assert "[None, 'in the container', 'by settings']" in place.project.reason()

    def test_local_settings_are_those_of_the_folder_that_it_starts_in(self, place: Place) -> None:
        place.project.write("migrations/env.py", "raise ValueError(open('.env').read())\n")
        place.project.write(".gitignore", ".env\n")
        place.project.commit("reads settings")
        place.project.write(".env", "here")
        add_revision(place.project)
        place.copy_project()
        (place.work / ".env").write_text("there")

        assert "ValueError: there" in place.project.reason()

    def test_a_program_of_the_repository(self, place: Place) -> None:
        program(place.project.path / "run-python", f'exec {sys.executable} "$@"')
        place.use("./run-python")
        add_revision(place.project)

        assert place.project.found() == []

    @pytest.mark.parametrize("kind", ["git config", "variable"])
    def test_words_are_split_like_in_a_shell(self, modeled: Modeled, kind: str) -> None:
        text = f"env 'A=two words' {sys.executable}"
        environ = {"GIT_ALEMBIC_PYTHON": text} if kind == "variable" else {}
        if kind == "git config":
            modeled.git("config", "alembic.python", text)
        env_py = "import os\nraise ValueError(os.environ['A'])\n"
        modeled.write("migrations/env.py", env_py)
        modeled.commit("says a variable")
        add_revision(modeled)

        assert "ValueError: two words" in modeled.reason(env=environ)


WITHOUT_PARSER = """
import importlib.util
plain = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name == "postgast" else plain(name, package)
"""
OTHER_MACHINE = "import platform\nplatform.machine = lambda: 'other'\n"


class TestPostgresql:
    """The catalog needs a parser: the one installed there, or ours if it fits."""

    @pytest.fixture
    def place(self, empty: Modeled, tmp_path: Path) -> Place:
        found = Place(tmp_path / "place", Modeled(empty.path).start("postgresql://user@host/name"))
        found.use()
        add_revision(found.project)
        return found

    @pytest.mark.parametrize("first", [OTHER_MACHINE, WITHOUT_PARSER], ids=["installed", "sent"])
    def test_a_parser(self, place: Place, first: str) -> None:
        (place.path / "first.py").write_text(first)

        assert place.project.found() == []

    def test_no_parser(self, place: Place) -> None:
        (place.path / "first.py").write_text(WITHOUT_PARSER + OTHER_MACHINE)

        assert place.project.reason().startswith(
            "a PostgreSQL scratch database needs PostgreSQL's parser, which is not installed where the command"
        )


class TestFailures:
    """Each kind of failure has its sentence, and exit code 2."""

    def reason(self, place: Place, *words: str) -> str:
        place.use(*words)
        add_revision(place.project)
        return place.project.reason()

    def shell(self, place: Place, does: str) -> str:
        program(place.path / "docker", does)
        return self.reason(place, str(place.path / "docker"), "exec")

    def test_no_such_program(self, place: Place) -> None:
        assert self.reason(place, "dokcer", "exec") == (
            "`python` in [tool.git-alembic] runs dokcer, but that program does not exist"
        )

    def test_a_program_that_may_not_be_started(self, place: Place) -> None:
        (place.path / "x").write_text("")

        assert self.reason(place, str(place.path / "x"), "exec") == (
            f"`python` in [tool.git-alembic] starts {place.path}/x, which fails: Permission denied"
        )

    @pytest.mark.parametrize(
        ("does", "code", "output"),
        [
            ("echo 'api is not running' >&2; exit 1", 1, ": api is not running (start the container first)"),
            (
                "echo 'exec: python: executable file not found in $PATH'; exit 127",
                127,
                ": exec: python: executable file not found in $PATH (is there a Python interpreter with that name?)",
            ),
            ("exit 126", 126, " (is there a Python interpreter with that name?)"),
            (
                "echo 'the input device is not a TTY' >&2; exit 1",
                1,
                ": the input device is not a TTY (disable the terminal: pass -T, or leave out -t)",
            ),
            ("seq 9 >&2; exit 3", 3, ": 7 / 8 / 9"),
            ("exit 0", 0, " (does the command forward standard input, for example with -i?)"),
        ],
    )
    def test_python_does_not_start(self, place: Place, does: str, code: int, output: str) -> None:
        ended = f"{place.path}/docker exec ended with exit code {code} before Python had started"

        assert self.shell(place, does) == f"{ended}{output}"

    def test_the_command_is_killed(self, place: Place) -> None:
        assert self.shell(place, "kill -9 $$") == (
            f"{place.path}/docker exec was killed (the system may be out of memory) before Python had started"
        )

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ("hello['python'] = [3, 7, 2]", "is Python 3.7.2; git-alembic needs Python 3.8 or newer there"),
            (
                "hello['terminal'] = True",
                ("runs in a terminal, which alters its output; disable the terminal: pass -T, or leave out -t"),
            ),
            ("hello['protocol'] = 2", "uses version 2 of git-alembic's protocol, but this git-alembic uses version 1"),
        ],
    )
    def test_another_python(self, place: Place, change: str, reason: str) -> None:
        """The text that the command runs reports it. The test changes this text on its way."""
        code = (
            "import sys; code = sys.argv[2].replace('exec(', 'x=(').replace('-c', ''); exec(code); text = x.decode()\n"
        )
        code += f"text = text.replace('    text = json', {('    ' + change + chr(10) + '    text = json')!r})\n"
        code += "sys.argv[1:] = [sys.argv[3]]\nexec(text)\n"
        (place.path / "other.py").write_text(code)

        found = self.reason(place, sys.executable, str(place.path / "other.py"))

        assert found == f"{sys.executable} {place.path}/other.py {reason}"

    def test_no_alembic(self, place: Place) -> None:
        found = self.reason(place, sys.executable, "-I", "-S")

        assert found == (
            f"{sys.executable} -I -S (`python` in [tool.git-alembic]) cannot import alembic: set `python` in "
            "[tool.git-alembic] to the interpreter that has the project's packages"
        )

    def test_no_temporary_folder(self, place: Place) -> None:
        code = "import tempfile; tempfile._candidate_tempdir_list = lambda: ['/nowhere']\n"
        (place.path / "first.py").write_text(code)

        assert self.reason(place).startswith(f"the temporary directory of {self.shown(place)} cannot be written to")

    def test_no_space(self, place: Place) -> None:
        code = """
import errno, os
plain = os.makedirs
def makedirs(path, *arguments, **named):
    if "/tree-" in str(path):
        raise OSError(errno.ENOSPC, "No space left on device")
    plain(path, *arguments, **named)
os.makedirs = makedirs
"""
        (place.path / "first.py").write_text(code)

        assert self.reason(place) == (
            f"the temporary directory of {self.shown(place)} has no space left (free up space, or set TMPDIR "
            "there to another directory): [Errno 28] No space left on device"
        )
        assert place.left() == []

    def shown(self, place: Place) -> str:
        return " ".join(place.words)

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("os._exit(3)", "ended with exit code 3 before the project's code had finished: last words"),
            (
                "os.kill(os.getpid(), 9)",
                "was killed by signal 9 (the system may be out of memory) before the project's code had finished",
            ),
            (
                "os.kill(os.getppid(), 9); time.sleep(60)",
                "was killed (the system may be out of memory) before the project's code had finished",
            ),
        ],
        ids=["exits", "is killed", "the whole container is killed"],
    )
    def test_the_project_s_code_ends(self, place: Place, code: str, reason: str) -> None:
        text = f"import os, time\nprint('last words', flush=True)\n{code}\n"
        place.project.write("migrations/env.py", text)

        assert self.reason(place).startswith(f"{self.shown(place)} {reason}")

    def test_the_embedded_server(self, place: Place) -> None:
        place.use(settings='[tool.git-alembic.drift]\ndatabase = "embedded-postgresql"\n')
        add_revision(place.project)

        assert place.project.reason() == (
            "`database` in [tool.git-alembic.drift] is embedded-postgresql, a server on this machine that "
            f"{self.shown(place)} cannot reach: set `database` to a server that the command can reach"
        )


@pytest.mark.usefixtures("interruptible")
class TestEnd:
    """Processes of the command end with git-alembic and leave nothing behind."""

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
    def test_git_alembic_is_ended(self, place: Place, number: int) -> None:
        os.mkfifo(place.path / "held")
        held = f"import os, time\nheld = os.open({str(place.path / 'held')!r}, os.O_WRONLY)\n"
        place.project.write("migrations/env.py", held + "while True: time.sleep(9)\n")
        place.project.commit("waits")
        place.project.models(EMAIL)
        command = [sys.executable, "-m", "git_alembic", "drift"]
        with (
            subprocess.Popen(command, cwd=place.project.path, stderr=subprocess.DEVNULL) as process,
            (place.path / "held").open("rb") as stream,
        ):
            process.send_signal(number)
            assert stream.read() == b""  # the project's code has ended
        while place.left():
            time.sleep(0.01)
