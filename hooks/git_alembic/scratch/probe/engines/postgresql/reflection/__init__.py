"""Shows the catalog like SQLAlchemy's Inspector.

In: a catalog and the name of a table. Out: what the Inspector returns. It changes nothing, and knows no rows.
Other packages import `inspector` and `keys_and_indexes`.
"""
