"""Reads and moves the project's real databases as env.py reaches them, for `doctor` and `sync`.

In: a question of git-alembic. Out: what the databases hold, or how far they were moved. Knows no scratch database.
"""
