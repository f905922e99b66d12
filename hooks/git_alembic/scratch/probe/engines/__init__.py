"""Scratch databases: SQLite files, databases on a server, and two emulated servers, behind one interface.

In: the URLs that the project uses. Out: databases that are created, saved and loaded, by the methods of
`scratch_engine_interface.ScratchEngine`. It knows nothing of env.py.
Other packages import `engine_selection`, `real_server_databases`, `scratch_database_for_project_url`,
`scratch_engine_interface` and `setup_sql_execution`.
"""
