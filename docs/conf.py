"""How Sphinx builds the site: `make docs`. The pages are Markdown that reads well on its own too."""

from __future__ import annotations

from typing import ClassVar

from pygments.lexer import RegexLexer, bygroups
from pygments.token import Generic
from sphinx.application import Sphinx

from git_alembic import __version__

project = "git-alembic"
author = "git-alembic contributors"
version = release = __version__
extensions = ["myst_parser", "sphinx_copybutton"]
myst_heading_anchors = 3
exclude_patterns = ["conf.py"]
suppress_warnings = ["misc.highlighting_failure"]  # a lexer does not know every dialect of SQL
html_theme = "furo"
html_title = "git-alembic"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#9a3412", "color-brand-content": "#9a3412"},
    "dark_css_variables": {"color-brand-primary": "#fdba74", "color-brand-content": "#fdba74"},
}
highlight_language = "none"
smartquotes = False  # what is quoted is quoted as it is printed
copybutton_prompt_text = "$ "


class Console(RegexLexer):
    """Commands stand out, output is left alone: Pygments' own lexer takes a comment in the output for a root shell."""

    name = "console"
    tokens: ClassVar = {
        "root": [
            (r"^([$>])( .*\n)", bygroups(Generic.Prompt, Generic.Strong)),
            (r".*\n", Generic.Output),
        ]
    }


def setup(app: Sphinx) -> None:
    """What Sphinx calls."""
    app.add_lexer("console", Console)
