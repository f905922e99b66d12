"""Applies the rules to changes: which of them, how severely, and what the user allows.

In: changes, settings and options. Out: a `Report`. It treats every rule in the same way, through its `Rule`.
Other packages import `override_comments`, `rule_application` and `severity_policy`.
"""
