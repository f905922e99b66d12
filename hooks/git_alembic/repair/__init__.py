"""Plans the repairs of `fix` and `restore`, and writes the files.

In: changes with findings. Out: sentences and file contents. `file_changes` writes files. `alembic_merge` runs `alembic
merge`, and removes what it wrote if that isn't one file. `heads_file_staging` stages. It prints nothing.
Other packages import `alembic_merge`, `cases_to_repair`, `file_changes`, `heads_file_plan`, `heads_file_staging`,
`plan`, `plan_builder` and `restore_target`.
"""
