"""Statements that change the schema.

In: the tokens of a statement and a catalog. Out: the changed catalog, or the server's error. It knows no SQLite.
Other packages import `statement_context`, `statement_dispatch` and `stored_expression_text`.
"""
