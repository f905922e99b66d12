"""Runs a check: chooses what is compared with what, applies the rules and reports.

In: options and a repository. Out: reports and an exit code. The commands that check share it, except
`retry_of_rejected_commit` and `heads_file_in_pre_commit`, parts of `check`, and `conflict_warning`, a part of
`pre-push`. It imports no command.
Other packages import `conflict_warning`, `drift_and_roundtrip`, `heads_file_in_pre_commit`, `options`,
`printed_commands`, `push`, `retry_of_rejected_commit` and `run`.
"""
