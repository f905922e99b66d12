"""What one server holds, as values.

In: names and values. Out: databases, tables and their character sets. Knows nothing of statements or rows.
Other packages import `charsets` and `model`.
"""
