"""Decides from the text of a statement whether it only reads, and whether it stays in its own database.

In: SQL. Out: an answer, or the words that reach too far. It connects to nothing.
Other packages import `reading_statements`, `sql_tokens` and `statements_beyond_database`.
"""
