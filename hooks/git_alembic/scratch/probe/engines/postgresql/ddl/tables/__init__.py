"""CREATE TABLE and ALTER TABLE: columns, constraints and indexes.

In: a statement's node and its context. Out: a changed catalog. It knows no rows; the context answers questions about
them.
Other packages import `alter_table`, `columns`, `constraints`, `create_table`, `indexes` and `rename_column`.
"""
