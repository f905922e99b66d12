"""Replays a history commit by commit: what the hooks would have reported, and how each incident ended.

In: a range of commits. Out: steps, incidents and outcomes. It prints nothing and repairs nothing.
Other packages import `commits_landed_together`, `incident_kinds`, `incidents`, `replay`, `replayed_findings`,
`rule_suggestions_for_init` and `summary`.
"""
