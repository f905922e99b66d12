"""Replaces the connections of database drivers by ones that follow the rules of the guard.

In: the classes of a driver. Out: classes that check each statement. Knows no engine and no env.py.
Other packages import `driver_connections`, `raw_connections`, `sqlite_connections` and `sqlite_files`.
"""
