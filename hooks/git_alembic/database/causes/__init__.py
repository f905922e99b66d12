"""One module per group of causes for "Target database is not up to date".

In: a `Case`. Out: causes with their repairs. Pure: no git, no database, no files.
"""
