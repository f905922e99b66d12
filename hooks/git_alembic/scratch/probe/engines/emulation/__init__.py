"""The shared parts of both emulated servers: limits, the DBAPI driver, saved states, and the SQLite database for rows.

In: the classes of one server: its engine, its connection and the values of its catalog. Out: what they inherit and
call. It knows neither PostgreSQL nor MySQL.
Other packages import `dialect`, `driver`, `engine`, `errors`, `sqlite_rows` and `work_budget`.
"""
