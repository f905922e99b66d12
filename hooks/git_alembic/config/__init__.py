"""Configuration as values: `[tool.git-alembic]`, and the sections of Alembic's own files.

In: the text of a file. Out: settings, or CannotJudge with what is wrong. Reads no file and runs nothing.
"""
