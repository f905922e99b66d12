"""Turns a revision file into a `Revision` without running it, and changes its bytes.

In: bytes. Out: values, or `Unreadable` with the reason. It lists no tree and runs no git. Only `revision_cache` and
`checksummed_cache_file` use files: they keep the results below git's folder.
Other packages import `digest_ignoring_cosmetic_edits`, `downgrade_drops`, `parser`, `revision`, `revision_cache`,
`rewriter`, `syntax_tree` and `version_num_widening`.
"""
