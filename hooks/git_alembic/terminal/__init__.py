"""The edge to the terminal: width and encoding of text, output, progress bars.

In: text. Out: bytes on a stream. It knows nothing of Alembic or git.
Other packages import `argument_parser`, `output`, `pager`, `progress`, `spelling_suggestion` and `text_width`.
"""
