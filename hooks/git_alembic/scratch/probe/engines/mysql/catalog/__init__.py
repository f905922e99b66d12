"""What one server holds, as values.

In: nothing but values. Out: databases, tables and their character sets. Knows nothing of statements or rows.
"""
