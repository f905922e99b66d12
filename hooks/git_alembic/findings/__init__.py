"""Findings, repairs and reports as plain values.

In: what rules found. Out: values that `report` prints. A `Report` computes its verdict and exit code from its findings.
`repairs_shared_by_rules` turns a `Change` into the repairs that several rules print. The package knows no rule.
Other packages import `counts_and_quoted_ids`, `finding`, `fork_explanation`, `repairs_shared_by_rules`, `report` and
`shell_commands`.
"""
