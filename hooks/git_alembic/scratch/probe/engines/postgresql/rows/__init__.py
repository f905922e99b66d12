"""The rows of the tables, in an SQLite database beside the catalog.

In: a parsed query or data statement. Out: rows, or the server's error. It changes no schema.
Other packages import `constraint_checks`, `new_enum_labels`, `sqlite_mirror`, `time_functions` and
`value_conversion`.
"""
