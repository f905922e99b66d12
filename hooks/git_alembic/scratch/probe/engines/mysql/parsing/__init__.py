"""MySQL's text as tokens and definitions.

In: text and parameters. Out: tokens, and definitions of columns and constraints. Knows nothing of a catalog.
Other packages import `column_definitions`, `constraint_definitions`, `data_types`, `parameters` and `tokens`.
"""
