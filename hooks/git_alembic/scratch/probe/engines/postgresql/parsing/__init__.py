"""PostgreSQL's own parser, and helpers for its trees.

In: text and parameters. Out: parsed statements. It knows no catalog.
Other packages import `nodes`, `parameters`, `parser` and `quoting`.
"""
