"""PostgreSQL without a server: the real dialect over catalogs in memory, with rows in SQLite. See README.md.

In: statements with their parameters. Out: rows, errors, and answers to the Inspector. It knows nothing of MySQL.
Other packages import `engine_and_dialect`.
"""
