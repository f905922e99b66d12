"""Runs the project's code on scratch databases, in the project's own interpreter.

In: the tree to check and its baseline. Out: the results, as values for the rules. It knows no rule. The code that
reaches the project's real databases, for `doctor` and `sync`, is in `probe.project_databases`.
Other packages import `channel.cpu_limit`, `checkout`, `databases_built_from_parent_commit`, `drift`,
`failure_messages`, `failures_of_new_revisions`, `interpreter`, `interpreter.probe_interface`,
`interpreter.probe_process_launcher`, `interpreter.project_python`, `new_or_cached_run`, `remote.remote_probe`,
`roundtrip`, `run_cache` and `scratch_result`.
"""
