"""The rows of the tables, in an SQLite database beside the catalog.

In: the tokens of a query or data statement. Out: rows, or the server's error. It changes no schema.
Other packages import `information_schema`, `insert_and_update`, `sqlite_expressions`, `sqlite_mirror`,
`sqlite_statements` and `statement_tables`.
"""
