"""Unmerged branches, and what would go wrong if they were merged.

In: refs. Out: `UnmergedBranch` values, the collisions between them, and the order to merge them in. Prints nothing.
"""
