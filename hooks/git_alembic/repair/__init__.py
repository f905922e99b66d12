"""Plans the repairs of `fix` and `restore`, and writes the files.

In: changes with findings. Out: sentences and file contents. Only `file_changes` writes files.
Other packages import `alembic_merge`, `draft`, `file_changes`, `heads_file_step`, `plan`, `repair_scope`,
`restore_target` and `staged_heads_files`.
"""
