"""Sound projects with code that could disturb drift: it runs git, loads resources, or is lazy."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.model_projects import EMAIL, ENV_PY, Modeled

DRIFT = ("error", "model-drift")


@pytest.fixture
def project(tmp_path: Path) -> Modeled:
    return Modeled.empty(tmp_path / "work")


@pytest.mark.parametrize("line", ["describe --always --dirty", "describe --always", "rev-parse HEAD"])
def test_git_answers_in_a_copy(project: Modeled, line: str) -> None:
    code = f"import subprocess\nassert subprocess.check_output(['git', *{line.split()}], text=True).strip()\n"
    project.start(env_py=code + ENV_PY)
    project.models(EMAIL)
    project.write("app/models.py", (project.path / "app/models.py").read_text() + "# not staged\n")
    assert project.found() == [DRIFT]
    assert "worktree" not in project.git("worktree", "list", "--porcelain").split("\n", 1)[1]


def test_a_copy_is_not_dirty(project: Modeled) -> None:
    code = "import subprocess\nout = subprocess.check_output(['git', 'describe', '--always', '--dirty'], text=True)\n"
    project.start(env_py=code + "assert 'dirty' not in out, out\n" + ENV_PY)
    project.write("app/models.py", (project.path / "app/models.py").read_text() + "# not staged\n")
    assert project.found() == []


@pytest.mark.parametrize("where", ["project", "site-packages"])
def test_resources_of_a_namespace_package(project: Modeled, tmp_path: Path, where: str) -> None:
    code = "from importlib.resources import files\nassert files('texts').joinpath('a.txt').read_text() == 'a'\n"
    folder = project.path if where == "project" else tmp_path / "site-packages"
    (folder / "texts").mkdir(parents=True)
    (folder / "texts" / "a.txt").write_text("a")
    (folder / "texts" / "code.py").write_text("x = 1\n")
    path = "" if where == "project" else f"import sys\nsys.path.append({str(folder)!r})\n"
    project.start(env_py=f"{path}import texts.code\n{code}{ENV_PY}")
    project.models(EMAIL)
    project.write("app/models.py", (project.path / "app/models.py").read_text() + "# not staged\n")
    assert project.found() == [DRIFT]


LAZY = {
    "class": "class Lazy:\n    __class__ = property(lambda self: open('nowhere').__class__)\n\n\nlazy = Lazy()\n",
    "attributes": "class Lazy:\n    def __getattr__(self, name):\n        raise ValueError(name)\n\n\nlazy = Lazy()\n",
    "module": (
        "import sys\nimport types\n\n\nclass Lazy(types.ModuleType):\n    def __getattribute__(self, name):\n"
        "        if name == '__file__':\n            raise ValueError(name)\n"
        "        return super().__getattribute__(name)\n"
        "\n\nsys.modules['lazy'] = Lazy('lazy')\n"
    ),
    "metaclass": (
        "class Meta(type):\n    @property\n    def __table__(cls):\n        raise RuntimeError('table')\n\n\n"
        "class Lazy(metaclass=Meta):\n    pass\n"
    ),
}


@pytest.mark.parametrize("kind", LAZY)
def test_lazy_objects_stay_lazy(project: Modeled, kind: str) -> None:
    project.start()
    models = (project.path / "app/models.py").read_text()
    project.write("app/models.py", LAZY[kind] + models)
    project.commit("a lazy object")
    text = models.replace("name = Column(String(50))", "name = Column(String(50))\n" + EMAIL.rstrip())
    project.write("app/models.py", LAZY[kind] + text)
    project.git("add", ".")
    (finding,) = project.check(command="drift")["findings"]
    assert finding["path"] == "app/models.py"
    assert finding["line"] > 0


class TestMessages:
    def test_an_assertion_without_a_text(self, project: Modeled) -> None:
        project.start()
        project.step("b", "a", 'assert op.get_bind().dialect.name == "mysql"')
        (finding,) = project.check(command="drift")["findings"]
        assert finding["message"].startswith(
            "`upgrade()` in 'b' fails: AssertionError: "
            '`assert op.get_bind().dialect.name == "mysql"` in upgrade (b_x.py:11)'
        )

    def test_an_unset_variable_that_becomes_none(self, project: Modeled) -> None:
        code = "import os\nfrom sqlalchemy import create_engine\ncreate_engine(os.environ.get('DATABASE_URI'))\n"
        project.start(env_py=code)
        assert "(the project's code reads DATABASE_URI, which is not set;" in project.reason()

    def test_an_operation_that_stays(self, project: Modeled) -> None:
        """A comparator never agrees, so the models' own database differs from the models."""
        env_py = ENV_PY.replace("target_metadata=", "compare_server_default=lambda *_: True, target_metadata=")
        project.start(env_py=env_py)
        project.models("    size = Column(Integer, server_default='1')\n")
        project.step("b", "a", 'op.add_column("users", sa.Column("size", sa.Integer, server_default="1"))')
        out = project.run("drift").stdout
        assert "  # no revision can fix this: autogenerate also reports it on a database created from the models" in out
        assert "alembic revision --autogenerate" not in out

    def test_an_application_that_flask_does_not_find(self, project: Modeled) -> None:
        project.start()
        env_py = "from flask import current_app\ncurrent_app.extensions['migrate'].db\n"
        project.write("migrations/env.py", env_py)
        project.write("migrations/alembic.ini", "[alembic]\n")
        project.git("rm", "-q", "alembic.ini")
        project.write("requirements.txt", "Flask-Migrate\n")
        project.git("add", ".")
        reason = project.reason("--full")
        assert reason.startswith("the Flask application was not found: ")
        assert '[tool.git-alembic.drift] env = { FLASK_APP = "…" }' in reason
        project.write("app.py", "from flask import Flask\napp = Flask(__name__)\n")
        project.git("rm", "-rqf", "app")
        project.git("add", ".")
        assert project.reason("--full").startswith("Flask-Migrate is not initialized on the Flask application")

    def test_which_of_several_environments(self, project: Modeled) -> None:
        project.start()
        ini = (project.path / "alembic.ini").read_text(encoding="utf-8")
        tenant = ini.replace("[alembic]", "[tenant]").replace(
            "script_location = migrations", "script_location = tenants"
        )
        project.write("alembic.ini", ini + tenant)
        project.write("tenants/env.py", "x = 1\n")
        project.write("tenants/versions/c_x.py", "revision = 'c'\ndown_revision = None\n")
        project.commit("tenants")
        project.models(EMAIL)
        assert project.reason().startswith("alembic.ini:tenant: env.py ran no migrations on the empty scratch")


UTILS = """
class PGView:
    identity = "PGView: public.named"

    def compare(self):
        raise {exception}


class UnreachableException(Exception):
    __module__ = "alembic_utils.exceptions"
"""


def test_the_entity_of_an_exception_without_a_text(project: Modeled) -> None:
    project.start(env_py=UTILS.format(exception="UnreachableException()") + "\n\nPGView().compare()\n")
    reason = project.reason()
    assert "UnreachableException: PGView: public.named: alembic_utils creates an entity" in reason
    assert 'database = "embedded-postgresql"' in reason


ENTITY = """
from alembic.autogenerate import comparators, renderers
from alembic.operations import MigrateOperation


class ReplaceOp(MigrateOperation):
    class target:
        identity = "PGView: public.named"

    def reverse(self):
        return self

    def to_diff_tuple(self):
        return "replace_or_revert_entity", "PGView: public.named"


@renderers.dispatch_for(ReplaceOp)
def render(_, op):
    return "op.replace_entity(public_named)"


@comparators.dispatch_for("schema")
def compare(context, upgrade_ops, schemas):
    upgrade_ops.ops.append(ReplaceOp())

"""


def test_a_definition_that_only_a_server_prints(project: Modeled) -> None:
    project.start(env_py=ENTITY + ENV_PY)
    assert project.found() == []  # HEAD also has it
    reason = project.reason("--full")
    assert reason.startswith("alembic_utils would replace PGView: public.named, but this may be a false positive: ")


class TestAdoption:
    def test_old_revisions_are_not_new(self, project: Modeled) -> None:
        """HEAD has the revisions but no env.py. The history does not run from scratch."""
        project.start()
        project.step("a", None, 'op.add_column("users", sa.Column("name", sa.String(50)))')
        project.git("rm", "-q", "--cached", "migrations/env.py", "alembic.ini")
        project.commit("revisions alone")
        project.git("add", "-f", "migrations/env.py", "alembic.ini")
        for command in ("drift", "roundtrip"):
            answer = project.check(command=command)
            assert [finding["rule"] for finding in answer["findings"]] == []
