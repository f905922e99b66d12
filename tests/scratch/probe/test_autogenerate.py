"""The line of a project's modules that defines a table, a column or an index."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import MetaData

from git_alembic.scratch.probe.autogenerate import ModelLines

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
