"""The output of `doctor` as text and JSON, and of `explain`, `init` and `restore` as text.

In: diagnoses, rules, audits and plans. Out: text. It writes no file.
Other packages import `doctor_report`, `explain_page`, `init_report` and `restore_report`.
"""
