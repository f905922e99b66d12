"""`unreachable`: there is no connection. Has a sentence for each kind of failure, and the package of each driver."""

from __future__ import annotations

import re
from collections.abc import Callable

from git_alembic.database.database_state import Attempt, InspectionResult
from git_alembic.database.diagnosis import Cause, CauseRepair
from git_alembic.findings.finding import Command
from git_alembic.scratch.scratch_result import Failure

_BUILT_IN = ("postgresql", "mysql", "mariadb", "sqlite", "mssql", "oracle")
_KINDS: tuple[tuple[str, Callable[[Attempt], str]], ...] = (
    (
        (
            r"could not translate host name|name or service not known|nodename nor servname|getaddrinfo|name resolution"
            r"|unknown (mysql )?server host|no address associated|failed to resolve"
        ),
        lambda at: f"the hostname {at.host} could not be resolved",
    ),
    (
        (
            r"password authentication failed|access denied|no password supplied|authentication|pg_hba"
            r"|role \S+ does not exist|login failed|not permitted to log in"
        ),
        lambda at: f"the server at {_server(at)} rejected the login{f' of user {at.user}' if at.user else ''}",
    ),
    (
        r"database \S+ does not exist|unknown database|invalidcatalogname",
        lambda at: f"the server at {_server(at)} has no database named {at.database}",
    ),
    (r"database is locked|database table is locked", lambda _: "the SQLite file is locked by another program"),
    (r"file is not a database|malformed", lambda _: "the file is not an SQLite database, or is damaged"),
    (
        r"unable to open database file",
        lambda at: f"the SQLite file {at.database or ''} cannot be opened".replace("  ", " "),
    ),
    (
        (
            r"connection refused|could not connect|can't connect|no such file or directory|connect call failed"
            r"|errno 111|errno 2\b|is the server running|multiple exceptions"
        ),
        lambda at: f"no server is listening at {_server(at)}",
    ),
    (
        r"timeout|timed out|canceling statement|statement timeout|time-?out expired",
        lambda at: f"the server at {_server(at)} did not answer in time",
    ),
    (
        r"too many (clients|connections)|remaining connection slots",
        lambda at: f"the server at {_server(at)} has too many connections",
    ),
    (r"ssl|certificate", lambda at: f"a secure connection to the server at {_server(at)} failed"),
)
_PACKAGES = {  # module -> what to install
    "psycopg2": "psycopg2-binary",
    "psycopg2cffi": "psycopg2cffi",
    "psycopg": "psycopg[binary]",
    "asyncpg": "asyncpg",
    "pg8000": "pg8000",
    "MySQLdb": "mysqlclient",
    "pymysql": "PyMySQL",
    "mysql": "mysql-connector-python",
    "aiomysql": "aiomysql",
    "asyncmy": "asyncmy",
    "mariadb": "mariadb",
    "aiosqlite": "aiosqlite",
    "pyodbc": "pyodbc",
    "pymssql": "pymssql",
    "oracledb": "oracledb",
    "cx_Oracle": "oracledb",
    "sqlcipher3": "sqlcipher3-binary",
}
_DIALECTS = {  # of SQLAlchemy: what to do instead
    "postgres": "it has been named postgresql since SQLAlchemy 1.4",
    "duckdb": "install duckdb-engine",
    "snowflake": "install snowflake-sqlalchemy",
    "bigquery": "install sqlalchemy-bigquery",
    "cockroachdb": "install sqlalchemy-cockroachdb",
    "clickhouse": "install clickhouse-sqlalchemy",
    "redshift": "install sqlalchemy-redshift",
    "trino": "install trino",
    "databricks": "install databricks-sqlalchemy",
}


def find(inspected: InspectionResult, pip: tuple[str, ...]) -> Cause | None:
    """Return None if the connection didn't fail. `pip` is the project's own pip, as an argv."""
    failure = inspected.failure
    if failure is None:
        return None
    if inspected.interrupted and re.search("readonly database|disk i/o|unable to open", failure.message, re.IGNORECASE):
        path = inspected.interrupted[0]
        check = CauseRepair(
            "open the file with any program that can write to it",
            (Command(("sqlite3", path, "PRAGMA quick_check")),),
        )
        return _cause(
            (
                f"the last write to {path} was interrupted; open it once with a program that can write to it, to "
                "roll that write back"
            ),
            _describe_exception(failure),
            repairs=(check,),
        )
    return (
        _driver(failure, pip)
        or _dialect(failure, inspected)
        or _url(failure, inspected)
        or _connection(failure, inspected)
    )


def _cause(message: str, *evidence: str, repairs: tuple[CauseRepair, ...] = ()) -> Cause:
    return Cause("unreachable", message, evidence, repairs=repairs, severity="cannot-judge")


def _driver(failure: Failure, pip: tuple[str, ...]) -> Cause | None:
    missing = find_missing_package(failure)
    if missing is None:
        return None
    sentence, package = missing
    return _cause(sentence, _describe_exception(failure), repairs=(_install(package, pip),))


def _install(package: str, pip: tuple[str, ...]) -> CauseRepair:
    return CauseRepair(f"install {package} into the project's Python", (Command((*pip, "install", package)),))


def _dialect(failure: Failure, inspected: InspectionResult) -> Cause | None:
    if failure.type != "NoSuchModuleError":
        return None
    name, _, driver = failure.message.rpartition(":")[2].partition(".")
    configured = inspected.configured.url if inspected.configured else ""
    if configured.startswith("driver://"):
        return _cause(
            "no database is configured: sqlalchemy.url is still the placeholder from Alembic's template", configured
        )
    if driver and name in _BUILT_IN:
        return _cause(f"SQLAlchemy's dialect {name} has no driver called {driver}, as in {name}+{driver}://")
    return _cause(f"SQLAlchemy has no dialect named {name}{f': {_DIALECTS[name]}' if name in _DIALECTS else ''}")


def _url(failure: Failure, inspected: InspectionResult) -> Cause | None:
    message = failure.message.lower()
    if failure.type == "ArgumentError" and "could not parse" in message:
        return _cause("no database is configured: the configured URL is not a valid URL", failure.message)
    if failure.type == "ArgumentError" and ("got none" in message or "expected string or url" in message):
        return _cause("no database is configured: there is no URL", _describe_exception(failure))
    if failure.type == "KeyError" and failure.message in ("'url'", "'sqlalchemy.url'") and not inspected.urls:
        return _cause("no database is configured: there is no sqlalchemy.url", _describe_exception(failure))
    if failure.type == "RuntimeError" and "SQLALCHEMY_DATABASE_URI" in failure.message:
        return _cause("no database is configured: the application has no SQLALCHEMY_DATABASE_URI", failure.message)
    return None


def _connection(failure: Failure, inspected: InspectionResult) -> Cause | None:
    last = inspected.attempts[-1] if inspected.attempts else None
    database = failure.type in (
        "OperationalError",
        "InterfaceError",
        "DatabaseError",
        "DBAPIError",
        "QueryCanceledError",
    )
    if failure.kind == "refused" or last is None or (last.is_connected and not database):
        return None
    for pattern, sentence in _KINDS:
        if re.search(pattern, failure.message, re.IGNORECASE):
            return _cause(sentence(last), f"{failure.type}: {failure.message}")
    if "Timeout" in failure.type:
        return _cause(f"the server at {_server(last)} did not answer in time", _describe_exception(failure))
    if last.is_connected:
        return None
    return _cause(f"cannot connect to {_server(last)}", f"{failure.type}: {failure.message}")


def _server(attempt: Attempt) -> str:
    host = attempt.host or "the default location"
    return f"{host}:{attempt.port}" if attempt.port else host


def _describe_exception(failure: Failure) -> str:
    where = f" at {failure.path}:{failure.line}" if failure.path else ""
    return f"{failure.type}{where}: {failure.message}"


def find_missing_package(failure: Failure) -> tuple[str, str] | None:
    """Return a sentence on what is not installed, and the package that has it."""
    name = (failure.name or "").split(".")[0]
    if name == "greenlet" or ("greenlet" in failure.message and "required" in failure.message):
        return "an asynchronous engine needs greenlet", "greenlet"
    if failure.kind == "module" and name in _PACKAGES:
        return f"the driver {name} is not installed in the project's Python", _PACKAGES[name]
    return None
