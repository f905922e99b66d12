"""RENAME and SET SCHEMA.

In: a statement's node and its context. Out: a catalog in which everything that uses the old name has the new one.
Other packages import `rename_statement`.
"""
