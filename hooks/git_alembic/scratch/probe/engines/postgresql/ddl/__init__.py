"""Statements that change the schema.

In: a parsed statement and a catalog. Out: the changed catalog, or the server's error. It knows no SQLite.
Other packages import `statement_context`, `statement_dispatch` and `views`.
"""
