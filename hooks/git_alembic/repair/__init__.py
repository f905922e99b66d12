"""Plans the repairs of `fix` and `restore`, and writes the files.

In: changes with findings. Out: sentences and file contents. Only `file_changes` writes files.
Other packages import `alembic_merge`, `file_changes`, `heads_file_step`, `plan`, `plan_builder`, `repair_scope`,
`restore_target` and `staged_heads_files`.
"""
