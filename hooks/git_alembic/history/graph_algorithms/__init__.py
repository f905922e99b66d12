"""What is computed from a graph of revisions: walks, branch labels, and the moves that repair a fork.

In: a graph or its edges. Out: revision ids. Pure, and knows no tree.
Other packages import `branch_labels`, `fork_moves` and `graph_traversal`.
"""
