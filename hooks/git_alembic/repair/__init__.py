"""The plan of `fix` and `restore`, from findings to the files that are written.

In: changes with findings. Out: sentences and file contents. Only `file_changes` writes files.
Other packages import `alembic_merge`, `draft`, `file_changes`, `heads_file_step`, `plan`, `repair_scope`,
`restore_target` and `staged_heads_files`.
"""
