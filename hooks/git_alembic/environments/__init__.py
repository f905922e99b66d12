"""Finds the Alembic environments in a tree of files.

In: a tree of the repository, which `environment_file_reader` lists and reads. Out: environments with their settings
and version folders. It knows no history.
Other packages import `configuration_files`, `configured_environments`, `discovery`, `environment`,
`environment_file_reader`, `heads_file_paths`, `missing_environment`, `package_manager_run_prefix` and
`revision_files`.
"""
