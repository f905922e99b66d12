"""Runs a check: chooses what is compared with what, applies the rules and reports.

In: options and a repository. Out: an exit code. The commands that check share it; it knows no command.
Other packages import `conflict_warning`, `drift_and_roundtrip`, `git_alembic_program`, `heads_file_update`,
`large_push`, `options`, `package_manager_prefix`, `push` and `run`.
"""
