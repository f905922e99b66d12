"""Tries repairs on scratch databases before they are printed, and finds the revision with a database's schema.

In: the state of a real database. Out: rehearsals, chosen repairs and schema matches. It never opens the real database.
Other packages import `rehearser`, `repair_choice` and `schema_match_search`.
"""
