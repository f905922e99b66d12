"""Runs the project's own code: env.py and its imports. Explains its failures, and where its values come from.

In: paths of the project. Out: the results of running them. It opens no scratch database. `failure` recognizes the
exceptions of `engines` and `guard`.
Other packages import `env_py`, `failure`, `files_used`, `hosts_of_connection`, `imports`,
`ini_of_projects_without_one`, `model_source_lines`, `uncommitted_transactions`, `url_origin` and `variables_used`.
"""
