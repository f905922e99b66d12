"""Draws a history as lanes and lines, for a terminal or an image.

In: graphs and remarks on each revision, or what `view_loader` reads from the repository. Out: nodes, rows and text. It
knows no command and no output format.
Other packages import `history_view`, `lanes`, `node`, `revision_selection`, `terminal_drawing` and `view_loader`.
"""
