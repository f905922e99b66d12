"""The server's errors with their SQLSTATE."""

from __future__ import annotations

from typing import Any

from git_alembic.scratch.probe.engines.emulation import errors

# The driver's exception, by the first two characters of the SQLSTATE.
_KINDS = {
    "0A": "NotSupportedError", "20": "ProgrammingError", "21": "ProgrammingError", "22": "DataError",
    "23": "IntegrityError", "25": "InternalError", "2B": "InternalError", "3F": "ProgrammingError",
    "42": "ProgrammingError", "55": "OperationalError", "57": "OperationalError", "P0": "InternalError",
    "XX": "InternalError",
}  # fmt: skip


class ServerError(errors.EmulatedServerError):
    """The server rejects a statement. `code` is the SQLSTATE."""

    code = "XX000"

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code

    def as_driver_error(self, driver: Any) -> Exception:
        raised: Exception = getattr(driver, _KINDS.get(self.code[:2], "DatabaseError"))(self.message)
        vars(raised).update(pgcode=self.code, sqlstate=self.code)
        return raised


class UndefinedTable(ServerError):
    code = "42P01"


class UndefinedColumn(ServerError):
    code = "42703"


class UndefinedObject(ServerError):
    code = "42704"


class UndefinedFunction(ServerError):
    code = "42883"


class UndefinedSchema(ServerError):
    code = "3F000"


class DuplicateTable(ServerError):
    code = "42P07"


class DuplicateColumn(ServerError):
    code = "42701"


class DuplicateObject(ServerError):
    code = "42710"


class DuplicateSchema(ServerError):
    code = "42P06"


class DependentObjects(ServerError):
    code = "2BP01"


class InvalidDefinition(ServerError):
    code = "42P16"


class InvalidObject(ServerError):
    code = "42P17"


class InvalidForeignKey(ServerError):
    code = "42830"


class WrongObjectType(ServerError):
    code = "42809"


class DatatypeMismatch(ServerError):
    code = "42804"


class NotNullViolation(ServerError):
    code = "23502"


class SyntaxProblem(ServerError):
    code = "42601"


class AbortedTransaction(ServerError):
    code = "25P02"


def unsafe_label_error(label: str, name: str) -> ServerError:
    """Return the error for an enum label that is too new."""
    return ServerError(f'unsafe use of new value "{label}" of enum type {name}', "55P04")


def dependency_error(dropped: str) -> ServerError:
    return DependentObjects(f"cannot drop {dropped} because other objects depend on it")
