"""Draws a history as lanes and lines, for a terminal or an image.

In: graphs and remarks on each revision, or what `view_loader` reads from the repository. Out: nodes, rows and text. It
knows no command and no output format.
Other packages import `history_view`, `lane_layout`, `lanes_as_text`, `node`, `revision_selection` and `view_loader`.
"""
