"""Runs the project's code on scratch databases, in the project's own interpreter.

In: the tree to check and its baseline. Out: what happened, as values for the rules. Knows no rule and no real database.
"""
