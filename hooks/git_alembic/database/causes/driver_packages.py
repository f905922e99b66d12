"""Which package to install for a missing driver or dialect of a database."""

from __future__ import annotations

from git_alembic.scratch.scratch_result import Failure

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
DIALECTS = {  # of SQLAlchemy: what to do instead
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


def find_missing_package(failure: Failure) -> tuple[str, str] | None:
    """Return a sentence on what is not installed, and the package that has it."""
    name = (failure.name or "").split(".")[0]
    if name == "greenlet" or ("greenlet" in failure.message and "required" in failure.message):
        return "an asynchronous engine needs greenlet", "greenlet"
    if failure.kind == "module" and name in _PACKAGES:
        return f"the driver {name} is not installed in the project's Python", _PACKAGES[name]
    return None
