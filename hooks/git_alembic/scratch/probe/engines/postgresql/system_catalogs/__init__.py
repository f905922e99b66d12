"""pg_catalog and information_schema, as far as migrations read them.

In: a catalog. Out: rows of the system catalogs, as tables in SQLite. Knows nothing of statements.
Other packages import `pg_catalog` and `tables`.
"""
