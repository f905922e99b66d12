"""Finds the Alembic environments in a tree of files.

In: paths, blob ids and a way to read them. Out: environments with their settings and version folders. It knows no
history.
Other packages import `configuration_files`, `configured_environments`, `discovery`, `environment`,
`heads_file_paths`, `missing_environment`, `package_manager_runner`, `tree_files` and `tree_reader`.
"""
