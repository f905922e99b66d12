"""Runs a check: chooses what is compared with what, applies the rules and reports.

In: options and a repository. Out: reports and an exit code. The commands that check share it, except
`commit_in_progress` and `heads_file_at_commit`, parts of `check`, and `conflict_warning`, a part of `pre-push`. It
imports no command.
Other packages import `commit_in_progress`, `conflict_warning`, `drift_and_roundtrip`, `heads_file_at_commit`,
`large_push`, `options`, `push`, `run`, `runnable_git_alembic_commands` and `runnable_project_commands`.
"""
