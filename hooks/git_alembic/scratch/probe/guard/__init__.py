"""Keeps the project's code away from everything except the scratch database.

In: the process before any project code runs. Out: refusals, as exceptions. It knows no scratch database
and no step of a run.
Other packages import `audit_hook`, `connections.sqlite_files`, `driver_hooks`, `engine_redirect`, `hidden_passwords`,
`read_only_guard`, `statements.reading_statements` and `statements.statements_beyond_database`.
"""
