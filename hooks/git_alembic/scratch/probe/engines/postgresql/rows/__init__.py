"""The rows of the tables in an SQLite database beside the catalog, the system catalogs, and the session.

In: a parsed query or data statement. Out: rows, or the server's error. It changes no schema.
Other packages import `constraint_checks`, `json_and_time_functions`, `session_variables_and_functions`,
`sqlite_mirror` and `value_conversion`.
"""
