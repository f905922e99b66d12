"""Runs the project's code on scratch databases, in the project's own interpreter.

In: the tree to check and its baseline. Out: the results, as values for the rules. It knows no rule and no real
database.
Other packages import `baseline_databases`, `cache.clean_verdict_cache`, `cache.run_cache`, `checkout`, `drift`,
`failure_messages`, `interpreter.child_process`, `interpreter.environment_description`,
`interpreter.prestarted_probe`, `interpreter.probe_interface`, `interpreter.project_python`,
`interpreter.temporary_version_folder`, `interpreter.unreadable_files`, `remote.requests_without_scratch`, `result`,
`roundtrip`, `runner` and `scratch_check`.
"""
