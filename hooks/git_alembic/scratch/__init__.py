"""The parent side of everything that runs the project's code."""
