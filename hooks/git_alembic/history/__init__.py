"""The revisions of an environment in several trees, and the change between them.

In: trees to compare. Out: a `Change` per environment, with what the rules need. It imports no rule and
prints nothing.
Other packages import `branch_and_target_comparison`, `commit_comparison`, `commits_to_compare`,
`environment_matching_between_trees`, `evidence.evidence_collector`, `evidence.similar_ids`, `graph`,
`graph_algorithms.allowed_heads`, `graph_algorithms.fork_repair_moves`, `heads_file`, `published_refs`,
`snapshot_and_change`, `snapshot_reader`, `target_branch` and `target_merge_forecast`.
"""
