"""Replays a history commit by commit: what the hooks would have reported, and how each incident ended.

In: a range of commits. Out: steps, incidents and outcomes. It prints nothing and repairs nothing.
Other packages import `incidents`, `push_groups`, `last_year`, `outcomes`, `replay`, `step_findings` and `summary`.
"""
