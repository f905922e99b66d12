"""The project's own code: env.py, its imports, its failures, and where its values come from.

In: paths of the project. Out: what running them gives. Knows no scratch database.
"""
