"""Keeps the project's code away from everything except the scratch database.

In: the process before any project code runs. Out: refusals, as exceptions. It knows no scratch database
and no step of a run.
Other packages import `allowed_statements`, `audit_hook`, `connections.sqlite_connections`, `driver_hooks`,
`engine_redirect`, `password_masking` and `read_only_guard`.
"""
