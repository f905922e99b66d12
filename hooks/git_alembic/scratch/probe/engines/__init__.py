"""The scratch databases: SQLite files, databases on a server, and two emulated servers.

In: the URLs that the project asks for. Out: databases that are made, saved and loaded. Knows nothing of env.py.
"""
