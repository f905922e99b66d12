"""The project's own code: env.py, its imports, its failures, and where its values come from.

In: paths of the project. Out: what running them gives. Knows no scratch database.
Other packages import `env_py`, `failure`, `files_used`, `generated_ini`, `imports`, `model_source_lines`,
`server_hosts`, `transactions`, `url_origin` and `variables_used`.
"""
