"""What autogenerate finds, and the line of a project's modules that defines a table, a column or an index."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Index, Integer, MetaData, String, Table, create_engine

from git_alembic.scratch.probe.autogenerate import ModelLines, find_differences

CLASSES = """\
from sqlalchemy import Column, Index, Integer, MetaData, Table
from sqlalchemy.orm import registry

metadata = MetaData()
mapper = registry(metadata=metadata)


@mapper.mapped
class User:
    __tablename__ = "users"
    id = Column(Integer, primary_key=True)
    name = Column("full_name", Integer)
    age: int = Column(Integer)
    __table_args__ = (
        Index("ix_age", "age"),
        {"schema": "shop"},
    )


class Other(User):
    age = None
"""
TABLES = """\
from sqlalchemy import Column, Integer, Table
from models_of_test import metadata

orders = Table(
    "orders",
    metadata,
    Column("id", Integer),
)
plain = [Table("lines", metadata, Column("n", Integer)), "orders"]
"""


@pytest.fixture
def top(tmp_path: Path) -> Iterator[Path]:
    """Load two modules of a project, and a file of another project."""
    for folder, name, text in (
        ("project", "models_of_test", CLASSES),
        ("project", "tables_of_test", TABLES),
        ("other", "elsewhere_of_test", "x = 'users'\n"),
    ):
        path = tmp_path / folder / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        module = ModuleType(name)
        module.__file__ = str(path)
        sys.modules[name] = module
        exec(compile(text, str(path), "exec"), vars(module))  # noqa: S102 - the text above
    yield tmp_path / "project"
    for name in ("models_of_test", "tables_of_test", "elsewhere_of_test"):
        del sys.modules[name]


def lines(top: Path) -> ModelLines:
    metadata: MetaData = sys.modules["models_of_test"].metadata
    return ModelLines([MetaData(), metadata], str(top))


@pytest.mark.parametrize(
    ("schema", "table", "name", "expected"),
    [
        ("shop", "users", "", ("models_of_test.py", 9)),
        ("shop", "users", "id", ("models_of_test.py", 11)),
        ("shop", "users", "full_name", ("models_of_test.py", 12)),
        ("shop", "users", "age", ("models_of_test.py", 13)),
        ("shop", "users", "ix_age", ("models_of_test.py", 15)),
        ("shop", "users", "gone", ("models_of_test.py", 9)),
        (None, "orders", "", ("tables_of_test.py", 4)),
        (None, "orders", "id", ("tables_of_test.py", 7)),
        (None, "lines", "n", ("tables_of_test.py", 9)),
        (None, "gone", "x", ("", 0)),
        (None, "", "x", ("", 0)),
    ],
)
def test_place(top: Path, schema: str | None, table: str, name: str, expected: tuple[str, int]) -> None:
    path, line = lines(top).find(schema, table, name)
    assert (path, line) == expected


def test_a_file_that_does_not_parse(top: Path) -> None:
    (top / "tables_of_test.py").write_text("'orders' (\n")
    assert lines(top).find(None, "orders", "") == ("", 0)


def test_a_module_that_loads_lazily_is_left_alone(top: Path) -> None:
    class Lazy(ModuleType):
        def __getattr__(self, name: str) -> object:
            raise AssertionError(name)

    sys.modules["elsewhere_of_test"] = Lazy("elsewhere_of_test")
    assert lines(top).find("shop", "users", "id") == ("models_of_test.py", 11)


class TestDifferences:
    """Models against a database in memory."""

    @pytest.fixture
    def differences(self, top: Path) -> Callable[..., list[dict[str, Any]]]:
        """Return a function that creates tables and returns what autogenerate finds."""

        def find(metadata: MetaData, *statements: str) -> list[dict[str, Any]]:
            config = Config()
            config.set_main_option("script_location", str(top))
            engine = create_engine("sqlite://")
            with engine.connect() as connection, EnvironmentContext(config, ScriptDirectory(str(top))) as environment:
                for statement in statements:
                    connection.exec_driver_sql(statement)
                environment.configure(connection=connection, target_metadata=metadata)
                found = find_differences(environment.script, environment.get_context(), [metadata], str(top))
            engine.dispose()
            return found

        return find

    def test_nothing(self, differences: Callable[..., list[dict[str, Any]]]) -> None:
        assert differences(MetaData()) == []

    def test_a_table_of_the_models(self, differences: Callable[..., list[dict[str, Any]]]) -> None:
        metadata = MetaData()
        Table("orders", metadata, Column("id", Integer, nullable=False))
        (found,) = differences(metadata)
        assert found == {
            "kind": "add_table",
            "text": "op.create_table('orders', sa.Column('id', sa.Integer(), nullable=False) )",
            "table": "orders",
            "name": "",
            "path": "tables_of_test.py",
            "line": 4,
        }

    def test_columns_and_indexes(self, differences: Callable[..., list[dict[str, Any]]]) -> None:
        metadata = MetaData()
        Table("orders", metadata, Column("id", Integer), Column("n", String(9)), Index("ix_n", "n"))
        found = differences(
            metadata, "CREATE TABLE orders (id INTEGER, old TEXT)", "CREATE INDEX ix_old ON orders (old)"
        )
        assert [(each["kind"], each["table"], each["name"], each["line"]) for each in found] == [
            ("add_column", "orders", "n", 4),
            ("remove_index", "orders", "ix_old", 4),
            ("add_index", "orders", "ix_n", 4),
            ("remove_column", "orders", "old", 4),
        ]

    def test_a_type(self, differences: Callable[..., list[dict[str, Any]]]) -> None:
        metadata = MetaData()
        Table("orders", metadata, Column("id", String(9)))
        (found,) = differences(metadata, "CREATE TABLE orders (id INTEGER)")
        assert (found["kind"], found["name"], found["line"]) == ("modify_type", "id", 7)
        assert found["text"].startswith("op.alter_column('orders', 'id', existing_type=sa.INTEGER(), type_=sa.String(")

    def test_a_table_that_the_models_lack(self, differences: Callable[..., list[dict[str, Any]]]) -> None:
        (found,) = differences(MetaData(), "CREATE TABLE gone (id INTEGER)")
        assert found == {
            "kind": "remove_table",
            "text": "op.drop_table('gone')",
            "table": "gone",
            "name": "",
            "path": "",
            "line": 0,
        }

    def test_a_type_that_cannot_be_written(self, differences: Callable[..., list[dict[str, Any]]]) -> None:
        class Odd(Integer):
            def __repr__(self) -> str:
                raise ValueError

        metadata = MetaData()
        Table("orders", metadata, Column("id", Integer), Column("n", Odd()))
        (found,) = differences(metadata, "CREATE TABLE orders (id INTEGER)")
        assert found["text"] == "add_column orders n"
