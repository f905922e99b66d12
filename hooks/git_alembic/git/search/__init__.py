"""Searches everything that git still has, with or without a ref. The search for lost revisions uses it.

In: a repository and paths or ids. Out: commits, their changes and blobs. It changes nothing and knows no revision.
Other packages import `commit_log`, `refs_and_stashes`, `unreachable_objects` and `worktrees`.
"""
