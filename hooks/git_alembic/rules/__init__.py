"""One module per rule, and the tuple of all rules in `rule_defaults`.

In: a `Change`, or what a scratch database showed. Out: findings. A rule is pure: it reads no file and draws nothing.
Other packages import `deleted_revision`, `rule_defaults` and `stale_docstring`.
"""
