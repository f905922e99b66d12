"""MySQL's text as tokens and definitions.

In: text and parameters. Out: tokens, and definitions of columns and constraints. Knows nothing of a catalog.
"""
