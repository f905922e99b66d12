"""One process runs the code of a tree as long as it can, since most of the time goes into imports."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest

from tests.support import isolated_program
from tests.support.model_projects import ADD_EMAIL, DROP_EMAIL, EMAIL, ENV_PY, MODELS, Modeled, program

MORE = EMAIL + "    phone = Column(String(20))\n"


class CountedProject:
    """A project whose interpreter notes each start of the probe."""

    def __init__(self, project: Modeled, folder: Path) -> None:
        self.project = project
        self._starts = folder / "starts"
        self._starts.touch()
        self.python = folder / "counted"
        note = f'case "$*" in *probe/main.py*) echo "$*" >> {self._starts} ;; esac'
        program(self.python, f'{note}\nexec {shlex.quote(sys.executable)} "$@"')
        self.env = {"GIT_ALEMBIC_PYTHON": str(self.python)}

    def starts(self, command: str = "drift", env: dict[str, str] | None = None) -> int:
        """How often a command starts the project's interpreter to run its code."""
        before = len(self._starts.read_text().splitlines())
        self.answer = self.project.check(command=command, env=env or self.env)
        return len(self._starts.read_text().splitlines()) - before

    def rules(self) -> list[str]:
        return [finding["rule"] for finding in self.answer["findings"]]


@pytest.fixture
def counted(empty: Modeled, tmp_path: Path) -> CountedProject:
    return CountedProject(Modeled(empty.path).start(), tmp_path)


def test_a_finding_takes_one_process_for_each_tree(counted: CountedProject) -> None:
    """Four runs: the baseline's models, the new revision on them, the baseline's history, the new revision on it."""
    counted.project.models(MORE)
    counted.project.step("b", "a", ADD_EMAIL, DROP_EMAIL)

    assert counted.starts() == 2
    assert counted.rules() == ["model-drift"]


def test_models_that_cannot_be_created(counted: CountedProject) -> None:
    """The baseline's history runs in the process that failed to create the models."""
    twice = "\n\nfrom sqlalchemy import Index, Table\nfor name in 'xy':\n    table = Table(name, Base.metadata, "
    twice += "Column('z', Integer))\n    Index('the_same', table.c.z)\n"
    up = "\n    ".join(f'op.create_table("{name}", sa.Column("z", sa.Integer))' for name in "xy")
    counted.project.write("app/models.py", MODELS.format(columns=twice))
    counted.project.git("add", "app")
    counted.project.step("b", "a", f'{up}\n    op.create_index("the_same", "x", ["z"])')
    counted.project.commit("two indexes of one name")
    counted.project.write("app/models.py", MODELS.format(columns=EMAIL + twice))
    counted.project.git("add", "app")
    counted.project.step("c", "b", ADD_EMAIL, DROP_EMAIL)

    assert counted.starts() == 2
    assert counted.answer["verdict"] == "clean", counted.answer


def test_revisions_without_a_downgrade(counted: CountedProject) -> None:
    counted.project.models(MORE)
    counted.project.step("b", "a", ADD_EMAIL, "raise NotImplementedError")
    counted.project.step("c", "b", ADD_EMAIL.replace("email", "phone"), "raise NotImplementedError")

    assert counted.starts("roundtrip") == 2
    assert counted.answer["verdict"] == "clean", counted.answer


def test_env_py_that_fails_gets_a_new_process(counted: CountedProject) -> None:
    """Modules that are imported only in part would fail in another way the next time."""
    counted.project.write("migrations/env.py", f"{ENV_PY}\nraise ValueError('at the end')\n")
    counted.project.commit("env.py fails")
    counted.project.write("migrations/env.py", ENV_PY)
    counted.project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    counted.project.git("add", ".")

    assert counted.starts("roundtrip") == 3  # the baseline's models, its history, and the repaired tree
    assert counted.answer["verdict"] == "clean", counted.answer


def test_the_working_folder_is_the_same_for_each_run(counted: CountedProject) -> None:
    moving = "import os\nassert os.path.exists('alembic.ini')\n" + ENV_PY + "os.chdir('/')\n"
    counted.project.write("migrations/env.py", moving)
    counted.project.commit("env.py goes away")
    counted.project.models(MORE)
    counted.project.step("b", "a", ADD_EMAIL, DROP_EMAIL)

    assert counted.starts() == 2
    assert counted.rules() == ["model-drift"]


def test_a_command_keeps_its_processes_too(counted: CountedProject, tmp_path: Path) -> None:
    place = tmp_path / "place"
    command = isolated_program.command(place, [counted.project.path], str(counted.python))
    (place / "first.py").write_text(
        "import sys\n"
        f"if any(word.endswith('probe/main.py') for word in sys.orig_argv):\n"
        f"    open({str(tmp_path / 'starts')!r}, 'a').write('there\\n')\n"
    )
    counted.project.models(MORE)
    counted.project.step("b", "a", ADD_EMAIL, DROP_EMAIL)

    assert counted.starts(env={"GIT_ALEMBIC_PYTHON": shlex.join(command)}) == 2
    assert counted.rules() == ["model-drift"]
