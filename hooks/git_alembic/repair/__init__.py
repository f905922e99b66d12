"""Plans the repairs of `fix` and `restore`, and writes the files.

In: changes with findings. Out: sentences and file contents. Only `file_changes` writes files.
Other packages import `alembic_merge`, `file_changes`, `heads_file_plan`, `heads_file_staging`, `plan`,
`plan_builder`, `repair_scope` and `restore_target`.
"""
