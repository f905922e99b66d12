"""drift and roundtrip repeat what deployed databases did: HEAD's revisions with HEAD's code, then the new ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.model_projects import ADD_EMAIL, CREATE, DROP_EMAIL, EMAIL, ENV_PY, Modeled

POSTGRESQL = "postgresql://app@localhost/app"


@pytest.fixture
def project(tmp_path: Path) -> Modeled:
    return Modeled.empty(tmp_path / "work")


class TestHeadsCode:
    def test_a_naming_convention_of_the_same_commit(self, project: Modeled) -> None:
        env_py = ENV_PY.replace("target_metadata=Base.metadata", "target_metadata=Base.metadata, render_as_batch=True")
        project.start(env_py=env_py)
        project.models("    name = Column(String(50), unique=True)\n")
        project.step("a", None, CREATE.replace("sa.String(50)", "sa.String(50), unique=True").strip(), "pass")
        project.commit("a constraint without a name")
        project.models()
        models = (project.path / "app/models.py").read_text()
        project.write("app/models.py", models.replace('{"ix"', '{"uq": "uq_%(table_name)s_%(column_0_name)s", "ix"'))
        drop = 'with op.batch_alter_table("users") as batch_op:\n        batch_op.drop_constraint("uq_users_name")'
        project.step("b", "a", drop.replace('name")', 'name", type_="unique")'))
        project.git("add", ".")
        (finding,) = project.check(command="drift")["findings"]
        assert finding["rule"] == "broken-upgrade"
        assert "uq_users_name" in finding["message"]


class TestDifferencesOfTheHistory:
    def test_a_length_that_no_revision_has(self, project: Modeled) -> None:
        project.start(POSTGRESQL)
        project.models("    note = Column(String(25000))\n")
        project.step("a", None, CREATE.replace("sa.PrimaryKey", 'sa.Column("note", sa.String), sa.PrimaryKey').strip())
        project.commit("a column without a length")
        project.models("    note = Column(String(20000))\n")
        assert project.found() == []

    def test_a_column_that_was_never_dropped(self, project: Modeled) -> None:
        """The models lose a column and get it back. Databases always had it."""
        project.start()
        project.models(EMAIL)
        project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
        project.commit("add a column")
        project.models()
        project.commit("remove it from the models alone")
        project.models(EMAIL)
        assert project.found() == []

    def test_the_next_commit_runs_only_its_own_revisions(self, project: Modeled, tmp_path: Path) -> None:
        marker = tmp_path / "ran"
        mark = f"open({str(marker)!r}, 'a').write(revision)"
        project.start()
        project.step("a", None, f"{mark}\n    {CREATE.strip()}", 'op.drop_table("users")')
        project.commit("mark")
        marker.write_text("")
        project.models(EMAIL)
        assert project.found() == [("error", "model-drift")]
        assert marker.read_text() == "a"
        assert project.found() == [("error", "model-drift")]
        assert marker.read_text() == "a"


class TestFailingHead:
    def test_both_reasons(self, project: Modeled) -> None:
        twice = '\n\nfrom sqlalchemy import Index\n\nIndex("again", User.name)\nIndex("again", User.id)\n'
        project.start()
        project.models(twice)
        project.step("a", None, 'op.add_column("users", sa.Column("name", sa.String(50)))')
        project.commit("neither works")
        project.models(EMAIL + twice)
        reason = project.reason()
        assert reason.startswith("creating the models' tables failed")
        assert "and the full history can't be run on an empty database either: revision 'a' failed" in reason

    def test_a_commit_that_repairs_env_py(self, project: Modeled) -> None:
        project.start(env_py="raise RuntimeError('broken')\n")
        project.write("migrations/env.py", ENV_PY)
        project.git("add", ".")
        assert project.found() == []


BEGUN = ENV_PY.replace("    context.configure", '    connection.exec_driver_sql("SELECT 1")\n    context.configure', 1)


class TestTransactions:
    def test_an_uncommitted_transaction_on_a_server(self, project: Modeled) -> None:
        project.start(POSTGRESQL, env_py=BEGUN)
        for command in ("drift", "roundtrip"):
            project.step("b", "a")
            assert project.reason(command=command).startswith(
                "migrations/env.py:8 begins a transaction before context.configure and never commits it"
            )

    @pytest.mark.parametrize(
        "env_py",
        [
            BEGUN.replace("    context.configure", "    connection.commit()\n    context.configure", 1),
            BEGUN + "    connection.commit()\n",
            BEGUN.replace("engine.connect()", "engine.begin()"),
            BEGUN.replace("engine.connect()", "engine.connect().execution_options(isolation_level='AUTOCOMMIT')"),
        ],
        ids=["committed before", "committed after", "a block that commits", "autocommit"],
    )
    def test_transactions_that_lose_nothing(self, project: Modeled, env_py: str) -> None:
        project.start(env_py=env_py)
        assert project.found() == []

    def test_the_commit_that_repairs_it(self, project: Modeled) -> None:
        project.start(env_py=BEGUN)
        project.write("migrations/env.py", ENV_PY)
        project.git("add", ".")
        assert project.found() == []
