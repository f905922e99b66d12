"""Finds the Alembic environments in a tree of files.

In: paths, blob ids and a way to read them. Out: environments with their settings and version folders. It knows no
history.
Other packages import `command_runner`, `configured_environments`, `discovery`, `environment`, `heads_file_paths`,
`missing_environment`, `tree_files` and `tree_reader`.
"""
