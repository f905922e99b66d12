"""Runs the project's own code: env.py and its imports. Explains its failures, and records what it reads.

In: paths of the project. Out: the results of running them. It opens no scratch database. `exception_description`
recognizes the exceptions of `engines` and `guard`.
Other packages import `env_py`, `exception_description`, `imports_from_checked_tree`, `uncommitted_transactions` and
`variables_used`.
"""
