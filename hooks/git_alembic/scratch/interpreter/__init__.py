"""Runs scripts in the project's own interpreter, each in a child process with limits.

In: an interpreter, a script and its question. Out: the answer, or what went wrong. It knows no database and no
baseline.
Other packages import `local_probe`, `probe_interface`, `probe_process_launcher` and `project_python`.
"""
