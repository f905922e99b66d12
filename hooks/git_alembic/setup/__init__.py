"""Hooks in the places where a project has them: git's folder, or the configuration of its hook manager.

In: the state of a repository. Out: what to write, and what is installed. Knows no rule.
Other packages import `file_changes`, `files`, `found_environments`, `git_hooks`, `hook_script`, `hook_status`,
`init_plan`, `installation` and `managers.hook_entries`.
"""
