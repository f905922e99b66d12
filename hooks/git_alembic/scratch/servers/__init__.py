"""Provides the real PostgreSQL or MySQL server that a run makes its scratch databases on.

In: the setting `database`. Out: the URL of a server, and what ends it. Knows no revision and no model.
Other packages import `embedded_postgresql` and `scratch_server`.
"""
