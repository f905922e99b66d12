"""Turns a revision file into a `Revision` without running it, and changes its bytes.

In: bytes. Out: values, or `Unreadable` with the reason. It knows no git, no tree and no other file.
Other packages import `downgrade_drops`, `fingerprint`, `parser`, `revision`, `revision_cache`, `rewriter`,
`syntax_tree` and `version_num_widening`.
"""
