"""Runs the project's code on scratch databases, in the project's own interpreter.

In: the tree to check and its baseline. Out: the results, as values for the rules. It knows no rule and no real
database.
Other packages import `baseline`, `cache.clean_verdict_cache`, `cache.run_cache`, `check_context`, `checkout`,
`drift`, `failure_messages`, `interpreter.child_process`, `interpreter.environment_description`,
`interpreter.prestarted_probe`, `interpreter.project_probe`, `interpreter.project_python`,
`interpreter.revision_readers`, `interpreter.temporary_version_folder`, `remote.one_off_requests`, `result`,
`roundtrip` and `runner`.
"""
