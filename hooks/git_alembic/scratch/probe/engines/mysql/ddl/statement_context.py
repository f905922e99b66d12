"""The context of a statement: the catalog, and the session of its connection with its variables."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Iterator, Mapping

from git_alembic.scratch.probe.engines.mysql.catalog import Catalog, Database, ForeignKey, Table, collation_of
from git_alembic.scratch.probe.engines.mysql.errors import ServerError, no_database, no_table

SYSTEM = ("information_schema", "mysql", "performance_schema", "sys")
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


@dataclass
class Session:
    """The state of one connection. The keys of `variables` are lower-case names with their signs.

    With `single_statements`, its driver allows one statement per text.
    """

    database: str = ""
    variables: dict[str, Any] = field(default_factory=dict)
    prepared: dict[str, str] = field(default_factory=dict)
    single_statements: bool = False

    @property
    def is_strict(self) -> bool:
        """True if a value that is too long is an error. Otherwise the server cuts it."""
        modes = str(self.variables.get("sql_mode", "")).upper()
        return "STRICT_" in modes or "TRADITIONAL" in modes


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


@dataclass
class StatementContext:
    """The catalog and the session of a statement."""

    catalog: Catalog
    session: Session

    @property
    def is_mariadb(self) -> bool:
        return self.catalog.is_mariadb

    @property
    def checks_foreign_keys(self) -> bool:
        """True unless foreign_key_checks is off."""
        return str(self.session.variables.get("foreign_key_checks", 1)) not in ("0", "OFF")

    def resolve_database(self, database: str) -> str:
        """Return the database of a name, or the current one for ""."""
        name = database or self.session.database
        if not name:
            raise ServerError(1046, "No database selected")
        if name not in self.catalog.databases:
            raise no_database(name)
        return name

    def database(self, name: str) -> Database:
        return self.catalog.databases[self.resolve_database(name)]

    def other_tables(self, place: tuple[str, str]) -> list[Table]:
        """Return all tables of the database but the one at a place."""
        tables = self.catalog.databases[place[0]].tables
        return [table for name, table in tables.items() if name != place[1]]

    def table(self, database: str, name: str) -> Table:
        """Return a table. Raise if it does not exist."""
        place = self.resolve_database(database)
        table = self.catalog.databases[place].tables.get(name)
        if table is None:
            if name in self.catalog.databases[place].views:
                raise ServerError(1347, f"'{place}.{name}' is not of type 'BASE TABLE'")
            raise no_table(place, name)
        return table

    def find(self, database: str, name: str) -> Table | None:
        content = self.catalog.databases.get(database)
        return content.tables.get(name) if content else None

    def collation(self, charset: str) -> str:
        return collation_of(charset, self.is_mariadb)

    def claim(self, database: str, name: str) -> None:
        """Raise if a table or view has this name."""
        content = self.catalog.databases[database]
        if name in content.tables or name in content.views:
            raise ServerError(1050, f"Table '{name}' already exists")

    def foreign_keys_to(self, database: str, name: str) -> Iterator[tuple[str, str, ForeignKey]]:
        """Yield (database, table, foreign key) for each foreign key to a table."""
        for place, content in self.catalog.databases.items():
            for other, table in content.tables.items():
                for foreign_key in table.foreign_keys:
                    if (foreign_key.database, foreign_key.table) == (database, name):
                        yield place, other, foreign_key
