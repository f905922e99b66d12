"""The revisions of an environment in several trees, and the change between them.

In: trees to compare. Out: a `Change` per environment, with what the rules need. It imports no rule and
prints nothing.
Other packages import `branch_changes`, `change`, `change_detection`, `check_request`, `evidence.evidence_collector`,
`evidence.similar_ids`, `graph`, `graph_algorithms.allowed_heads`, `graph_algorithms.fork_moves`, `heads_file`,
`merge_forecast`, `published.published_refs`, `published.release_branches`, `published.target_branch`, `snapshots` and
`tree_comparison`.
"""
