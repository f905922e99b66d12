"""What is tried on scratch databases: the repairs before they are printed, and which revision has a database's schema.

In: the state of a real database. Out: rehearsals, chosen repairs and schema matches. It never opens the real database.
Other packages import `rehearser`, `repair_choice` and `schema_match`.
"""
