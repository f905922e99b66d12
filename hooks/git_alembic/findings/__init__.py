"""Findings, repairs and reports as plain values.

In: what rules found. Out: values that `report` prints. A `Report` computes its verdict and exit code from its findings.
It knows no rule.
Other packages import `finding`, `report`, `shell_commands` and `wording`.
"""
