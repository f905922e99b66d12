"""The catalog as SQLAlchemy's Inspector shows it.

In: a catalog and the name of a table. Out: what the Inspector returns. Changes nothing, and knows no rows.
Other packages import `inspector` and `options`.
"""
