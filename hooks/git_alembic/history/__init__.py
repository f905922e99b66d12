"""The revisions of an environment in several trees, and the change between them.

In: trees to compare. Out: a `Change` per environment, with what the rules need. It imports no rule and
prints nothing.
Other packages import `branch_changes`, `change_detection`, `check_request`, `environment_change`,
`evidence.evidence_collector`, `evidence.similar_ids`, `graph`, `graph_algorithms.allowed_heads`,
`graph_algorithms.fork_repair_moves`, `heads_file`, `merge_forecast`, `published.published_refs`,
`published.release_branches`, `published.target_branch`, `snapshot_reader` and `tree_comparison`.
"""
