"""Runs the project's code on scratch databases, in the project's own interpreter.

In: the tree to check and its baseline. Out: the results, as values for the rules. It knows no rule. The code that
reaches the project's real databases, for `doctor` and `sync`, is in `probe.project_databases`.
Other packages import `baseline_commit`, `cache.clean_verdict_cache`, `cache.run_cache`, `channel.run_with_cpu_limit`,
`checkout`, `drift`, `failure_messages`, `interpreter.alembic_environment_json`,
`interpreter.folder_of_missing_revisions`, `interpreter.prestarted_probe`, `interpreter.probe_interface`,
`interpreter.probe_process`, `interpreter.project_python`, `interpreter.revisions_read_by_project_python`,
`remote.remote_databases`, `roundtrip`, `scratch_check`, `scratch_result` and `scratch_runner`.
"""
