"""What SHOW and DESCRIBE print; the real dialect reads tables from it.

In: the tokens of a statement and a catalog. Out: names of columns, and rows. Changes nothing.
Other packages import `show`.
"""
