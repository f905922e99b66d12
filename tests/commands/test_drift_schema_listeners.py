"""Models whose project creates the schemas itself, before the tables, and with more in them."""

from __future__ import annotations

import pytest

from tests.support.model_projects import EMAIL, ENV_PY, MODELS, Modeled

LISTENER = """

from sqlalchemy import event, text


@event.listens_for(Base.metadata, "before_create")
def create_schema(target, connection, **_):
    found = connection.execute(text("SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'shop'"))
    if not found.scalar():
        connection.execute(text("CREATE SCHEMA shop"))
        connection.execute(text("CREATE FUNCTION shop.next_number() RETURNS int LANGUAGE sql AS 'SELECT 1'"))
"""
DDL = """

from sqlalchemy import event
from sqlalchemy.schema import CreateSchema

event.listen(Base.metadata, "before_create", CreateSchema("shop"))
"""
OTHER = """

from sqlalchemy import event


@event.listens_for(Base.metadata, "before_create")
def note(target, connection, **_):
    print("about to create")
"""
ENUM = """

from sqlalchemy import Enum

Enum("a", "b", name="size", schema="shop", metadata=Base.metadata)
"""


ADD = 'op.add_column("users", sa.Column("email", sa.String(100)), schema="shop")'


def _models(columns: str, default: str, more: str) -> str:
    text = MODELS.replace('"users"\n', '"users"\n    __table_args__ = {{"schema": "shop"}}\n')
    text = text.replace("String(50)", f"String(50), server_default=text({default!r})")
    return text.replace("import Column", "import text, Column").format(columns=columns) + more


@pytest.mark.parametrize("database", ["scratch", "embedded-postgresql"])
@pytest.mark.parametrize(
    ("more", "default"),
    [(LISTENER, "shop.next_number()"), (DDL, "1"), (OTHER, "1"), (ENUM, "1"), ("", "1")],
    ids=["a listener", "DDL", "a listener for something else", "an enum", "none"],
)
def test_models_can_be_created(empty: Modeled, more: str, default: str, database: str) -> None:
    """Otherwise the whole history would run, which fails here."""
    settings = f'[tool.git-alembic.drift]\ndatabase = "{database}"\n'
    env_py = ENV_PY.replace("target_metadata=", "include_schemas=True, target_metadata=")
    project = Modeled(empty.path).start("postgresql+psycopg2://app@db/app", env_py, settings)
    project.step("a", None, "raise RuntimeError('the history does not run')")
    project.write("app/models.py", _models("", default, more))
    project.git("add", ".")
    project.commit("models with a schema")
    project.write("app/models.py", _models(EMAIL, default, more))
    project.git("add", ".")
    project.step("b", "a", ADD)

    assert project.found() == []
