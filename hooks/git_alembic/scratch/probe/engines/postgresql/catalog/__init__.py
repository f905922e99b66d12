"""What one database holds, as values.

In: names and types as parsed. Out: tables, types and their names. Knows nothing of statements or rows.
Other packages import `generated_names`, `lookup`, `model`, `oids` and `type_names`.
"""
