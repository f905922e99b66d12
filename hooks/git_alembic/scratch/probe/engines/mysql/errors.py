"""The server's errors with their numbers."""

from __future__ import annotations

from typing import Any

from git_alembic.scratch.probe.engines.emulation import errors

PARSE, NO_TABLE, NO_DATABASE, NO_COLUMN, NO_KEY_COLUMN = 1064, 1146, 1049, 1054, 1072
_KINDS = {
    "ProgrammingError": (1007, 1064, 1102, 1103, 1110, 1111, 1112, 1113, 1146, 1149),
    "DataError": (1171, 1230, 1263, 1264, 1265, 1292, 1366, 1406, 1441),
    "IntegrityError": (1048, 1062, 1216, 1217, 1364, 1451, 1452),
    "NotSupportedError": (1196, 1235, 1286, 1289),
}


class ServerError(errors.EmulatedServerError):
    """The server rejects a statement."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(number, message)
        self.number = number
        self.message = message

    def as_driver_error(self, driver: Any) -> Exception:
        kind = next((kind for kind, numbers in _KINDS.items() if self.number in numbers), "OperationalError")
        raised: Exception = getattr(driver, kind)(self.number, self.message)
        return raised


def no_table(database: str, name: str) -> ServerError:
    return ServerError(NO_TABLE, f"Table '{database}.{name}' doesn't exist")


def no_column(name: str, place: str) -> ServerError:
    return ServerError(NO_COLUMN, f"Unknown column '{name}' in '{place}'")


def no_database(name: str) -> ServerError:
    return ServerError(NO_DATABASE, f"Unknown database '{name}'")


def constraint_error(message: str) -> ServerError:
    """Return the server's error for a constraint that failed in SQLite."""
    kind, _, place = message.partition(" constraint failed: ")
    column = place.rpartition(".")[2]
    if kind == "NOT NULL":
        return ServerError(1048, f"Column '{column}' cannot be null")
    return ServerError(1062, f"Duplicate entry for key '{column}'")
