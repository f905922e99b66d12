"""Plans the repairs of `fix` and `restore`, and writes the files.

In: changes with findings. Out: sentences and file contents. `file_changes` writes files. `merge_revision` runs `alembic
merge`, and removes what it wrote if that isn't one file. It prints nothing.
Other packages import `cases_to_repair`, `file_changes`, `heads_file_plan`, `merge_revision`, `plan`, `plan_builder`
and `restore_target`.
"""
