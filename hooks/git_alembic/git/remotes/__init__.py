"""Asks remotes, with a time limit and without a prompt.

In: a repository and the name or address of a remote. Out: where its branches are, or what it lacks. Only
`fetch_all` moves remote-tracking branches.
Other packages import `last_fetch_time`, `network_commands`, `partial_clone`, `presence_of_commit_on_remote`,
`push_target_freshness` and `remote_branches_and_fetches`.
"""
