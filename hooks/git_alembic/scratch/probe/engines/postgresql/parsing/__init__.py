"""PostgreSQL's own parser, and what its trees say.

In: text and parameters. Out: parsed statements. Knows nothing of a catalog.
"""
