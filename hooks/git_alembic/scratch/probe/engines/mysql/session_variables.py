"""The initial variables of a session, as on a server."""

from __future__ import annotations

from typing import Any, Mapping

from git_alembic.scratch.probe.engines.mysql.ddl.statement_context import Session

_VARIABLES: Mapping[str, Any] = {
    "lower_case_table_names": 0, "foreign_key_checks": 1, "unique_checks": 1, "autocommit": 0, "sql_notes": 1,
    "transaction_isolation": "REPEATABLE-READ", "tx_isolation": "REPEATABLE-READ", "character_set_client": "utf8mb4",
    "character_set_connection": "utf8mb4", "character_set_results": "utf8mb4", "character_set_database": "utf8mb4",
    "character_set_server": "utf8mb4", "default_storage_engine": "InnoDB", "version_comment": "scratch",
    "explicit_defaults_for_timestamp": 1, "time_zone": "SYSTEM", "system_time_zone": "UTC",
    "max_allowed_packet": 67108864,
    "sql_mode": "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,"
    "NO_ENGINE_SUBSTITUTION",
}  # fmt: skip


def new_session(database: str, version: str, collation: str) -> Session:
    """Return the session of a new connection."""
    collations = dict.fromkeys(("collation_connection", "collation_database", "collation_server"), collation)
    return Session(database, {**_VARIABLES, "version": version, **collations})


def variable(session: Session, name: str) -> Any:
    return session.variables.get(variable_key(name))


def variable_key(name: str) -> str:
    """Return the key of a variable. User variables keep their sign."""
    lower = name.lower().strip("`")
    return lower.rpartition(".")[2].lstrip("@") if lower.startswith("@@") else lower
