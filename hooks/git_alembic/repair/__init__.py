"""Plans the repairs of `fix` and `restore`, and writes the files.

In: changes with findings. Out: sentences and file contents. `file_writer` writes files. `merge_revision` runs `alembic
merge`, and removes what it wrote if that isn't one file. It prints nothing.
Other packages import `file_writer`, `heads_file_plan`, `merge_revision`, `place_of_restored_file`, `plan`,
`plan_builder` and `scope_of_fix`.
"""
