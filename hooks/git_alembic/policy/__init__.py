"""Applies the rules to changes: which of them, how severely, and what the user allows.

In: changes, settings and options. Out: a `Report`. It names no rule: it reads the fields of each `Rule`.
Other packages import `override_comments`, `rule_application` and `severity_policy`.
"""
