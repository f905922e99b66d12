"""Finds what would go wrong if unmerged branches were merged.

In: refs. Out: `UnmergedBranch` values, the collisions between them, and the order of merges. It prints nothing.
Other packages import `branch`, `branch_reader`, `branch_selection`, `branches_with_same_collisions`, `collision`,
`conflict_forecast` and `merge_order`.
"""
