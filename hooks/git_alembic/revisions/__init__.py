"""A revision file to a `Revision`, without running it; and the way back.

In: bytes. Out: values, or `Unreadable` with the reason. Knows no git, no tree and no other file.
Other packages import `downgrade_effects`, `fingerprint`, `parser`, `revision`, `revision_cache`, `rewriter`, `source`
and `version_table`.
"""
