"""Expressions of defaults, checks and indexes, as the server stores and prints them.

In: a parsed expression and a catalog. Out: a term with types, and its text. It knows no statements and no rows.
Other packages import `default_comparison`, `literal_values`, `name_and_type_resolution`, `signatures`,
`stored_expressions` and `syntax_to_typed_expression`.
"""
