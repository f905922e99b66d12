"""The rows of the tables, in an SQLite database beside the catalog.

In: a parsed query or data statement. Out: rows, or the server's error. It changes no schema.
Other packages import `constraint_checks`, `mirror`, `new_enum_labels`, `time_functions` and `value_conversion`.
"""
