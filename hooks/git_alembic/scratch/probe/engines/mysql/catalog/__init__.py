"""The contents of one server, as values.

In: names and values. Out: databases, tables and their character sets. It knows no statements and no rows.
Other packages import `charsets` and `model`.
"""
