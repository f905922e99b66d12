"""Draws a history as lanes and lines, for a terminal or an image.

In: graphs and remarks on each revision. Out: charts and text. It knows no command and no output format.
Other packages import `history_view`, `lanes`, `nodes`, `selection`, `terminal_drawing` and `view_loader`.
"""
