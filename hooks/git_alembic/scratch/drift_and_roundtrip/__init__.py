"""Decides what a new revision does wrong on a scratch database, and what was wrong before it.

In: a change, its parent commits and a way to run env.py. Out: a `ScratchResult`. It starts no process of its own.
Other packages import `databases_built_from_parent_commit`, `drift`, `failures_of_new_revisions` and `roundtrip`.
"""
