"""Finds what the names of a module are bound to, without running it.

In: a syntax tree. Out: constants and what is not constant, by name. Knows no revision and no Alembic.
Other packages import `bindings`, `constant_values` and `constants`.
"""
