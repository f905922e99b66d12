"""Computes walks, branch labels and the moves that repair a fork.

In: a graph or its edges. Out: revision ids. It is pure, and knows no tree.
Other packages import `allowed_heads`, `branch_labels`, `fork_repair_moves`, `graph_after_git_merge` and
`graph_traversal`.
"""
