"""Exchanges frames with a child process on its standard streams.

In: a command and a question. Out: the answer, or why there is none. It knows neither git nor databases. Both sides use
it, so it needs only Python 3.8 and the standard library.
Other packages import `child_process`, `cpu_limit` and `frames`.
"""
