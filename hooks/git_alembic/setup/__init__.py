"""Hooks in the places where a project has them: git's folder, or the configuration of its hook manager.

In: the state of a repository. Out: what to write, and what is installed. Knows no rule.
"""
