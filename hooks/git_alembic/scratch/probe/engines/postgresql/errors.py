"""The server's errors, with their SQLSTATE: what `dbapi` raises as the driver would."""


class ServerError(Exception):
    """What the server says when it refuses a statement; `code` is its SQLSTATE."""

    code = "XX000"

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code


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


class NotReplayed(Exception):
    """A statement whose effect is not known here; it is recorded with this reason, and goes by without an error."""
