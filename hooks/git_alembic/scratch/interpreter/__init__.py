"""Runs scripts in the project's own interpreter, each in a child process with limits.

In: an interpreter, a script and its question. Out: the answer, or what went wrong. It knows no database and no
baseline.
Other packages import `child_process`, `environment_description`, `local_probe`, `prestarted_probe`,
`probe_interface`, `project_python`, `temporary_version_folder` and `unreadable_files`.
"""
