"""CREATE TABLE and ALTER TABLE: columns, constraints and indexes.

In: a statement's node and its context. Out: a changed catalog. It knows no rows; the context answers questions about
them.
Other packages import `add_and_drop_column`, `alter_table`, `constraints`, `create_table`,
`indexes_and_exclusion_constraints` and `rename_column`.
"""
