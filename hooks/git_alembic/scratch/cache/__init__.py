"""Keeps the results of runs and clean verdicts below git's folder until one of their inputs changes.

In: a run and what it read. Out: the earlier result, if it still holds. Runs nothing and knows no rule.
Other packages import `clean_verdict_cache` and `run_cache`.
"""
