"""The contents of one database, as values.

In: parsed names and types. Out: tables, types and their names. It knows no statements and no rows.
Other packages import `generated_names`, `lookup`, `model` and `type_names`.
"""
