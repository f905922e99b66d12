"""Keeps the project's code away from everything but the scratch database.

In: the process before any project code runs. Out: refusals, as exceptions. Knows no engine and no step.
"""
