"""Runs a check: chooses what is compared with what, applies the rules and reports.

In: options and a repository. Out: an exit code. The commands that check share it; it knows no command.
"""
