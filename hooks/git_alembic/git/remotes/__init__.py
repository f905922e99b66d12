"""Asks remotes, with a time limit and without a prompt.

In: a repository and the name or address of a remote. Out: where its branches are, or what it lacks. It changes no
branch.
Other packages import `fetch_time`, `network`, `partial_clone`, `remote_branches` and `remote_commit`.
"""
