"""Runs a check: chooses what is compared with what, applies the rules and reports.

In: options and a repository. Out: reports and an exit code. Several commands share a module, or it is a part of
`check`, `pre-push`, `drift` or `roundtrip` with a subject of its own. It imports no command.
Other packages import `command_to_retry_commit`, `conflict_warning`, `drift_and_roundtrip_by_environment`,
`heads_file_update_in_pre_commit`, `prefixes_of_printed_commands`, `push`, `run_and_report` and
`shared_command_line_options`.
"""
