"""Edits the configuration of hook managers: pre-commit and prek, lefthook, husky.

In: the text of a configuration. Out: the text with git-alembic's hooks. It reads and writes no project file.
Other packages import `husky`, `lefthook`, `other_hooks_at_new_stages`, `package_json`, `pre_commit_config`,
`pre_commit_repo_entry` and `prek_toml`.
"""
