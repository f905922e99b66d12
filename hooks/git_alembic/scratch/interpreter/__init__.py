"""Runs scripts in the project's own interpreter, each in a child process with limits.

In: an interpreter, a script and its question. Out: the answer, or what went wrong. Knows no database and no baseline.
Other packages import `child_process`, `compile_files`, `load_identifiers`, `prestart` and `project_python`.
"""
