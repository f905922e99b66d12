"""Finds the target branch, the published refs and the release branches.

In: settings, options and the refs of a repository. Out: names and commits. It knows no revision.
Other packages import `published_refs` and `target_branch`.
"""
