"""Emulated MySQL 8 where it differs from MariaDB: SHOW CREATE TABLE and refused statements."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from git_alembic.scratch.probe.engines.mysql.engine_and_dialect import MySQL
from tests.support import mysql_engine

COLUMNS = {
    "a integer": "`a` int DEFAULT NULL",
    "a int(11) unsigned": "`a` int unsigned DEFAULT NULL",
    "a tinyint(1) not null default 0": "`a` tinyint(1) NOT NULL DEFAULT '0'",
    "a boolean default true": "`a` tinyint(1) DEFAULT '1'",
    "a tinyint(4)": "`a` tinyint DEFAULT NULL",
    "a int zerofill": "`a` int(10) unsigned zerofill DEFAULT NULL",
    "a numeric(8, 2) default 1.5": "`a` decimal(8,2) DEFAULT '1.50'",
    "a json": "`a` json DEFAULT NULL",
    "a text": "`a` text",
    "a year(4)": "`a` year DEFAULT NULL",
    "a timestamp": "`a` timestamp NULL DEFAULT NULL",
    "a timestamp not null default now() on update now()":
        "`a` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP",
    "a datetime(6) default current_timestamp(6)": "`a` datetime(6) DEFAULT CURRENT_TIMESTAMP(6)",
    "a varchar(36) default (uuid())": "`a` varchar(36) DEFAULT (uuid())",
    "a varchar(5) collate utf8mb4_bin": "`a` varchar(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DEFAULT NULL",
    "a int as (1 + 2) stored": "`a` int GENERATED ALWAYS AS ((1 + 2)) STORED",
    "a int comment 'it''s'": "`a` int DEFAULT NULL COMMENT 'it''s'",
}  # fmt: skip
REFUSED = {
    "CREATE TABLE x (a text DEFAULT 'x')": 1101,
    "CREATE TABLE x (a varchar(9) DEFAULT uuid())": 1064,
    "CREATE TABLE x (a text, KEY (a))": 1170,
    "CREATE TABLE x (a varchar(1000), KEY (a))": 1071,
    "CREATE TABLE x (a int REFERENCES t (id))": None,
    "ALTER TABLE t DROP COLUMN nope": 1091,
    "ALTER TABLE t DROP CONSTRAINT nope": 3940,
    "ALTER TABLE c ADD FOREIGN KEY (t_id) REFERENCES nope (id)": 1824,
    "ALTER TABLE c ADD FOREIGN KEY (wrong) REFERENCES t (id)": 3780,
    "ALTER TABLE c ADD FOREIGN KEY (t_id) REFERENCES t (b)": 1822,
    "ALTER TABLE c DROP COLUMN t_id": 1828,
    "ALTER TABLE t DROP COLUMN id": 1829,
    "ALTER TABLE c RENAME COLUMN checked TO x": 3959,
    "ALTER TABLE t MODIFY id BIGINT": 1833,
    "DROP TABLE t": 3730,
    "DROP VIEW v": 1051,
}


def new_engine() -> sa.engine.Engine:
    return mysql_engine.engine_of(MySQL(), "mysql")


@pytest.mark.parametrize("definition", COLUMNS)
def test_column_definition(definition: str) -> None:
    with new_engine().connect() as connection:
        connection.exec_driver_sql(f"CREATE TABLE t ({definition})")
        text = connection.exec_driver_sql("SHOW CREATE TABLE t").fetchone()
    assert text is not None
    assert text[1].splitlines()[1:] == [
        f"  {COLUMNS[definition]}", ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci",
    ]  # fmt: skip


@pytest.mark.parametrize("statement", REFUSED)
def test_refused_statement(statement: str) -> None:
    with new_engine().connect() as connection:
        connection.exec_driver_sql("CREATE TABLE t (id int PRIMARY KEY, b int)")
        connection.exec_driver_sql(
            "CREATE TABLE c (t_id int, wrong varchar(5), checked int CHECK (checked > 1), "
            "CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t (id))"
        )
        number = None
        try:
            connection.exec_driver_sql(statement)
        except sa.exc.DBAPIError as error:
            number = error.orig.args[0] if error.orig else None
    assert number == REFUSED[statement]


def test_saved_state_is_restored() -> None:
    """A key that a foreign key created is still replaced by a later index."""
    before = MySQL()
    with mysql_engine.engine_of(before).begin() as connection:
        connection.exec_driver_sql(
            "CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, name varchar(9), b blob, d date)"
        )
        connection.exec_driver_sql("CREATE TABLE c (t_id int, CONSTRAINT fk FOREIGN KEY (t_id) REFERENCES t (id))")
        connection.exec_driver_sql(
            "INSERT INTO t (name, b, d) VALUES ('it''s', x'00ff', '2020-01-31'), (NULL, NULL, NULL)"
        )
        rows = connection.exec_driver_sql("SELECT * FROM t").fetchall()
    seen = mysql_engine.reflect(mysql_engine.engine_of(before))
    after = MySQL()
    after.restore(json.loads(json.dumps(before.dump())))
    engine = mysql_engine.engine_of(after)
    assert mysql_engine.reflect(engine) == seen
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT * FROM t").fetchall() == rows
        connection.exec_driver_sql("CREATE INDEX ix ON c (t_id)")
    assert [key["name"] for key in sa.inspect(engine).get_indexes("c")] == ["ix"]
    assert before.not_replayed() == after.not_replayed() == []
