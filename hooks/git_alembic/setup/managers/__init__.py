"""The configuration of hook managers: pre-commit and prek, lefthook, husky.

In: the text of a configuration. Out: the text with git-alembic's hooks. Reads and writes no project file.
"""
