"""The rows of the tables, in a SQLite database beside the catalog.

In: a parsed query or data statement. Out: rows, or the server's error. Changes no schema.
"""
