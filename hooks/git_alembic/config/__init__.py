"""Parses the configuration: `[tool.git-alembic]`, and the sections of Alembic's own files.

In: the text of a file, or pairs of git config. Out: settings, or CannotCheck with what is wrong. It reads no file and
runs nothing.
Other packages import `alembic_config`, `git_settings`, `repository_paths`, `script_location`, `settings`,
`settings_parser` and `toml_reader`.
"""
