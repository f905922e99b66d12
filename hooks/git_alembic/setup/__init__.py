"""Hooks in the places where a project has them: git's folder, pre-commit's file, CI.

In: the state of a repository. Out: the text of files. Knows no rule.
"""
