"""Replaces the connections of database drivers with connections that follow the rules of the guard.

In: the classes of a driver. Out: classes that check each statement. It knows no engine and no env.py.
Other packages import `psycopg_connections`, `server_read_only` and `sqlite_connections`.
"""
