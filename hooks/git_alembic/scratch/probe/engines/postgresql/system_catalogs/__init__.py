"""The parts of pg_catalog and information_schema that migrations read.

In: a catalog. Out: rows of the system catalogs, as tables in SQLite. It knows no statements.
Other packages import `pg_catalog` and `sqlite_tables`.
"""
