"""Parses the configuration: `[tool.git-alembic]`, and the sections of Alembic's own files.

In: the text of a file, or pairs of git config. Out: settings, or CannotCheck with what is wrong. It reads no file and
runs nothing.
Other packages import `alembic_config`, `path_containment`, `script_location`, `settings`, `settings_in_git_config`,
`settings_parser` and `toml_reader`.
"""
