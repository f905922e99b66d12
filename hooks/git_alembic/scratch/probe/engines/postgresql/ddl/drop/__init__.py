"""DROP of everything that the catalog has.

In: a DropStmt and its context. Out: a catalog without the objects, or an error that names the dependent objects. It
knows no rows.
Other packages import `drop_statement`.
"""
