"""MySQL and MariaDB without a server: the real dialects over catalogs in memory, with rows in SQLite. See README.md.

In: statements with their parameters. Out: rows and errors; the dialects reflect. It knows nothing of PostgreSQL.
Other packages import `engine_and_dialect`.
"""
