"""Runs the project's code on scratch databases, in the project's own interpreter.

In: the tree to check and its baseline. Out: the results, as values for the rules. It knows no rule. The code that
reaches the project's real databases, for `doctor` and `sync`, is in `probe.project_databases`.
Other packages import `baseline_commit`, `cache.clean_verdict_cache`, `cache.run_cache`, `channel.limited_run`,
`checkout`, `drift`, `failure_messages`, `interpreter.alembic_environment_json`,
`interpreter.missing_revision_folder`, `interpreter.prestarted_probe`, `interpreter.probe_interface`,
`interpreter.probe_process`, `interpreter.project_python`, `interpreter.project_python_readers`,
`remote.remote_databases`, `result`, `roundtrip`, `scratch_check` and `scratch_runner`.
"""
