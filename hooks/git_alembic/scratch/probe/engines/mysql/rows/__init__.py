"""The rows of the tables, in an SQLite database beside the catalog.

In: the tokens of a query or data statement. Out: rows, or the server's error. It changes no schema.
Other packages import `data_statement_execution`, `information_schema`, `sqlite_expression_writer`, `sqlite_mirror`
and `sqlite_statement_writer`.
"""
