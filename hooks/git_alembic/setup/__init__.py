"""Installs the hooks where a project has them: in git's folder, or in the configuration of its hook manager.

In: the state of a repository. Out: what to write, and what is installed. It knows no rule.
Other packages import `file_changes`, `git_hooks`, `hook_script`, `init_plan`, `installation` and
`managers.hook_entries`.
"""
