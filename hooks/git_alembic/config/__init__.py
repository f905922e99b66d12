"""Configuration as values: `[tool.git-alembic]`, and the sections of Alembic's own files.

In: the text of a file, or pairs of git config. Out: settings, or CannotJudge with what is wrong. Reads no file and runs
nothing.
"""
