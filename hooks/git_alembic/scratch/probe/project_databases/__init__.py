"""Reads and moves the project's real databases through env.py, for `doctor` and `sync`.

In: a question of git-alembic. Out: what the databases contain, or how far they were moved. It knows no scratch
database.
"""
