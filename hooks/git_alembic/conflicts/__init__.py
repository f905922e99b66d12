"""Unmerged branches, and what would go wrong if they were merged.

In: refs. Out: `UnmergedBranch` values, the collisions between them, and the order to merge them in. Prints nothing.
Other packages import `branch`, `branch_reader`, `branch_selection`, `collision`, `forecast`, `merge_order` and
`past_branches`.
"""
