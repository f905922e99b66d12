"""Edits the configuration of hook managers: pre-commit and prek, lefthook, husky.

In: the text of a configuration. Out: the text with git-alembic's hooks. It reads and writes no project file.
Other packages import `hook_stages`, `husky`, `lefthook`, `package_json`, `pre_commit_config`, `pre_commit_repo_entry`
and `prek_toml`.
"""
