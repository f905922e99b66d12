"""The revisions of an environment in several trees, and the change between them.

In: trees to compare. Out: a `Change` per environment, for the rules. Knows no rule and prints nothing.
"""
