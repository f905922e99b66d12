"""Scratch databases: SQLite files, databases on a server, and two emulated servers, behind one interface.

In: the URLs that the project uses. Out: databases that are created, saved and loaded. Knows nothing of env.py.
"""
