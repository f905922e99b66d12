"""Runs scripts in the project's own interpreter, each in a child process with limits.

In: an interpreter, a script and its question. Out: the answer, or what went wrong. It knows no database and no
baseline.
Other packages import `alembic_environment_json`, `local_probe`, `missing_revision_folder`, `prestarted_probe`,
`probe_interface`, `probe_process`, `project_python` and `project_python_readers`.
"""
