"""Runs scripts in the project's own interpreter, each in a child process with limits.

In: an interpreter, a script and its question. Out: the answer, or what went wrong. It knows no database and no
baseline.
Other packages import `child_process`, `environment_description`, `local_probe`, `prestarted_probe`, `project_probe`,
`project_python`, `revision_readers` and `temporary_version_folder`.
"""
