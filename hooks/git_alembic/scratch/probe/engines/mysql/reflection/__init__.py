"""The output of SHOW and DESCRIBE, from which the real dialect reads tables.

In: the tokens of a statement and a catalog. Out: names of columns, and rows. It changes nothing.
Other packages import `show`.
"""
