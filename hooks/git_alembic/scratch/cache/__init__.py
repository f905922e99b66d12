"""Keeps the results of runs and clean verdicts in git's folder until one of their inputs changes.

In: a run and what it read. Out: the earlier result if it is still valid. It runs nothing and knows no rule.
Other packages import `clean_verdict_cache` and `run_cache`.
"""
