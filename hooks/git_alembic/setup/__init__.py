"""Installs the hooks where a project has them: in git's folder, or in the configuration of its hook manager.

In: the state of a repository. Out: what to write, and what is installed. It knows no rule.
Other packages import `git_hooks`, `hook_script`, `init_plan`, `managers.pre_commit_repo_entry`,
`planned_file_changes` and `source_of_this_installation`.
"""
