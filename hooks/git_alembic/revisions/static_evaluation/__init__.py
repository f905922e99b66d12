"""Finds what the names of a module are bound to, without running it.

In: a syntax tree. Out: constants and values that are not constant, by name. It knows no revision and no Alembic.
Other packages import `builtins_and_operators_on_constants`, `constant_expressions` and `control_flow`.
"""
