"""Runs scripts in the project's own interpreter, each in a child process with limits.

In: an interpreter, a script and its question. Out: the answer, or what went wrong. It knows no database and no
baseline.
Other packages import `alembic_environment_json`, `folder_of_missing_revisions`, `local_probe`, `prestarted_probe`,
`probe_interface`, `probe_process`, `project_python` and `revisions_read_by_project_python`.
"""
