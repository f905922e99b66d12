"""The rows of the tables, in an SQLite database beside the catalog.

In: the tokens of a query or data statement. Out: rows, or the server's error. It changes no schema.
Other packages import `data_statements`, `information_schema`, `sqlite_expressions`, `sqlite_mirror` and
`sqlite_statements`.
"""
