"""RENAME and SET SCHEMA.

In: a statement's node and its context. Out: a catalog that uses the new name everywhere. It knows no rows.
Other packages import `rename_statement`.
"""
