"""Provides the real PostgreSQL or MySQL server for a run's scratch databases.

In: the setting `database`. Out: the URL of a server, and its cleanup. It knows no revision and no model.
Other packages import `embedded_postgresql` and `scratch_server`.
"""
