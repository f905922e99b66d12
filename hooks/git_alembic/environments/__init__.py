"""A tree of files to its Alembic environments.

In: paths, blob ids and a way to read them. Out: environments with their settings and version folders. Knows no history.
Other packages import `command_runner`, `configuration`, `discovery`, `environment`, `heads_file_paths`,
`missing_environment`, `tree_files` and `tree_reader`.
"""
