"""Parses MySQL's text into tokens and definitions.

In: text. Out: tokens, and definitions of columns and constraints. It knows no catalog.
Other packages import `column_definitions`, `constraint_definitions`, `data_types` and `tokens`.
"""
