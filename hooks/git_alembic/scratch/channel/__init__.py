"""Exchanges frames with a child process on its standard streams. Both sides use it: standard library, Python 3.8.

In: a command and a question. Out: the answer, or why there is none. It knows neither git nor databases.
Other packages import `cpu_limit`, `frames`, `limited_run` and `parent_side`.
"""
