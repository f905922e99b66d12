"""The output of `doctor` as text and JSON, and of `explain`, `init` and `restore` as text.

In: diagnoses, rules, audits and plans. Out: text. It writes no file.
Other packages import `doctor_report`, `markdown_page_in_terminal`, `restore_report` and
`rule_incidents_of_last_year`.
"""
