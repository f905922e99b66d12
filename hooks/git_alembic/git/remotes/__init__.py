"""Asks remotes, with a time limit and without a prompt.

In: a repository and the name or address of a remote. Out: where its branches are, or what it lacks. Only
`fetch_all` moves remote-tracking branches.
Other packages import `last_fetch_time`, `network_commands`, `partial_clone`, `push_target_freshness`,
`remote_branches_and_fetches` and `remote_has_commit`.
"""
