"""Finds the Alembic environments in a tree of files.

In: a tree of the repository, which `config_and_revision_file_reader` lists and reads. Out: environments with their
settings and version folders. It knows no history.
Other packages import `config_and_revision_file_reader`, `configuration_files`, `configured_environments`,
`discovery`, `environment`, `heads_file_paths`, `no_environment_message`, `package_manager_run_prefix` and
`revision_files`.
"""
