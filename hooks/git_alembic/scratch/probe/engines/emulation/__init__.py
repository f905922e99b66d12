"""The shared parts of both emulated servers: limits, the DBAPI driver, saved states, and the SQLite database for rows.

In: the classes of one server: its engine, its connection and the values of its catalog. Out: what they inherit and
call. It knows neither PostgreSQL nor MySQL.
Other packages import `dialect_base`, `driver`, `engine_base`, `errors`, `execution_limits` and `sqlite_mirror_base`.
"""
