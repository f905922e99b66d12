"""Projects on MySQL and MariaDB, without a server and without a driver."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.model_projects import ADD_EMAIL, ASYNCHRONOUS, DROP_EMAIL, EMAIL, ENV_PY, Modeled

URLS = {
    "mysql+pymysql://app:secret@db.invalid/app?charset=utf8mb4": None,
    "mysql://app:secret@db.invalid/app": None,
    "mariadb+mariadbconnector://app:secret@db.invalid/app": None,
    "mysql+mysqlconnector://app:secret@db.invalid/app": None,
    "mysql+aiomysql://app:secret@db.invalid/app": ASYNCHRONOUS,
    "mariadb+asyncmy://app:secret@db.invalid/app": ASYNCHRONOUS,
}
ORDERS = """
    op.create_table(
        "orders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), sa.ForeignKey("users.id", ondelete="CASCADE")),
        sa.Column("paid", sa.Boolean(), nullable=False, server_default=sa.text("0")),
        sa.Column("total", sa.Numeric(10, 2), server_default="0"),
        sa.Column("state", sa.Enum("new", "sent", name="state"), nullable=False),
        sa.Column("notes", sa.JSON()),
        sa.Column("placed", sa.DateTime(), server_default=sa.func.now(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("state", "placed", name="uq_orders"),
        comment="what was ordered",
    )
    op.create_index("ix_orders_state", "orders", ["state"])
"""
ORDER = """

from sqlalchemy import JSON, Boolean, DateTime, Enum, ForeignKey, Index, Numeric, UniqueConstraint, func, text


class Order(Base):
    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("state", "placed", name="uq_orders"),
        Index("ix_orders_state", "state"),
        {"comment": "what was ordered"},
    )
    id = Column(Integer, primary_key=True)
    user_id = Column(Integer, ForeignKey("users.id", ondelete="CASCADE"))
    paid = Column(Boolean, nullable=False, server_default=text("0"))
    total = Column(Numeric(10, 2), server_default="0")
    state = Column(Enum("new", "sent", name="state"), nullable=False)
    notes = Column(JSON)
    placed = Column(DateTime, server_default=func.now(), nullable=False)
"""
DROP_ORDERS = 'op.drop_table("orders")'


@pytest.fixture
def project(tmp_path: Path) -> Modeled:
    found = Modeled(tmp_path / "work")
    found.path.mkdir()
    found.init()
    return found


@pytest.mark.parametrize("url", URLS)
def test_driver(project: Modeled, url: str) -> None:
    project.start(url, **({"env_py": env_py} if (env_py := URLS[url]) else {}))
    project.models(EMAIL)
    assert project.found() == [("error", "model-drift")]
    project.step("b", "a", ADD_EMAIL, DROP_EMAIL)
    assert project.found() == []
    assert project.found("--full") == []
    assert project.found(command="roundtrip") == []
    assert project.left() == []


@pytest.mark.parametrize("url", ["mysql://app:secret@db.invalid/app", "mariadb+pymysql://app:secret@db.invalid/app"])
def test_table(project: Modeled, url: str) -> None:
    """Autogenerate finds no difference after create_table, and finds a later change."""
    # Alembic before 1.12 compares types only on request.
    metadata = "target_metadata=Base.metadata"
    project.start(url, env_py=ENV_PY.replace(metadata, f"{metadata}, compare_type=True"))
    project.models(ORDER)
    project.step("b", "a", ORDERS.strip(), DROP_ORDERS)
    assert project.found() == []
    assert project.found("--full") == []
    assert project.found(command="roundtrip") == []
    project.commit("orders")
    longer = 'op.alter_column("orders", "total", existing_type=sa.Numeric(10, 2), type_=sa.Numeric(12, 3))'
    project.step("c", "b", longer)
    (finding,) = project.check(command="drift")["findings"]
    assert (finding["rule"], finding["severity"]) == ("model-drift", "error")
    (finding,) = project.check(command="roundtrip")["findings"]
    assert finding["rule"] == "lossy-downgrade"


TWICE = """
    op.execute("INSERT INTO users (name) VALUES ('a'), ('a')")
    op.create_unique_constraint("u", "users", ["name"])
"""
# Statements of a revision, and the error of the server.
REFUSED = {
    'op.drop_column("users", "email")': "Can't DROP",
    'op.execute("ALTER TABLE users ADD COLUMN name int")': "Duplicate column name 'name'",
    'op.create_index("ix", "users", ["nope"])': "Key column 'nope' doesn't exist in table",
    'op.execute("DROP TABLE nope")': "Unknown table 'app.nope'",
    'op.create_foreign_key(None, "users", "nope", ["id"], ["id"])': "Failed to open the referenced table 'nope'",
    'op.execute("CREATE TABL x (id int)")': "You have an error in your SQL syntax",
    'op.execute("DELETE FROM users; SELECT 1")': "the right syntax to use near 'SELECT 1'",
    TWICE: "Duplicate entry 'a' for key 'u'",
}  # fmt: skip


@pytest.mark.parametrize("up", REFUSED)
def test_refused_statement_breaks_the_upgrade(project: Modeled, up: str) -> None:
    project.start("mysql+pymysql://app:secret@db.invalid/app")
    project.step("b", "a", up)
    (finding,) = project.check(command="roundtrip")["findings"]
    assert finding["rule"] == "broken-upgrade"
    assert REFUSED[up] in finding["message"]


def test_failing_downgrade(project: Modeled) -> None:
    """A downgrade that drops the wrong table fails on a foreign key."""
    project.start("mariadb+pymysql://app:secret@db.invalid/app")
    project.models(ORDER)
    project.step("b", "a", ORDERS.strip(), 'op.drop_table("users")')
    (finding,) = project.check(command="roundtrip")["findings"]
    assert finding["rule"] == "broken-downgrade"
    assert "a foreign key constraint fails" in finding["message"]


def test_statements_of_op_execute(project: Modeled) -> None:
    """Variables, prepared statements, queries on INFORMATION_SCHEMA, rows and triggers."""
    project.start("mysql+pymysql://app:secret@db.invalid/app")
    project.models(EMAIL)
    up = '''
    op.execute("""
        SET @missing = (SELECT IF(COUNT(*) = 0, 'ALTER TABLE `users` ADD `email` VARCHAR(100)', 'SELECT 1')
        FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_NAME = 'email')
    """)
    op.execute("PREPARE change FROM @missing")
    op.execute("EXECUTE change")
    op.execute("DEALLOCATE PREPARE change")
    op.execute("INSERT INTO users (name, email) VALUES ('a', NULL) ON DUPLICATE KEY UPDATE name = VALUES(name)")
    op.execute("UPDATE users u JOIN users v ON u.id = v.id SET u.email = CONCAT(v.name, '@x') WHERE u.email IS NULL")
    found = op.get_bind().execute(sa.text("SELECT email FROM users WHERE name = :name"), {"name": "a"})
    assert found.fetchall()[-1] == ("a@x",)
    op.execute("CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW BEGIN SET NEW.email = 'x'; END")
    op.execute("DROP TRIGGER t")
    '''
    project.step("b", "a", up.strip(), DROP_EMAIL)
    assert project.found() == []
    assert project.found(command="roundtrip") == []
