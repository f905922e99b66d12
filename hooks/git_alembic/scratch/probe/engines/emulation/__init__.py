"""The shared parts of both emulated servers: limits, the DBAPI driver, saved states, and the SQLite database for rows.

In: what a server knows of its own statements. Out: a scratch engine. It knows neither PostgreSQL nor MySQL.
Other packages import `dialect`, `driver`, `engine`, `errors`, `sqlite_rows` and `work_budget`.
"""
