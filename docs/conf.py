"""Builds the site with Sphinx: `make docs`. The pages are Markdown that you can read without it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from pygments.lexer import RegexLexer, bygroups
from pygments.token import Generic
from sphinx.application import Sphinx

from git_alembic import __version__

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER))

from highlighting import language_of  # noqa: E402 - Sphinx doesn't put this folder on the path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

PROJECT = tomllib.loads((FOLDER.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SOURCE = PROJECT.get("urls", {}).get("Source", "")


def clone_address() -> str:
    """Return the page that this clone came from. "" if its address is no web page, or contains a user or a token."""
    command = ["git", "-C", str(FOLDER), "remote", "get-url", "origin"]
    address = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    return address.removesuffix(".git") if address.startswith("https://") and "@" not in address else ""


project = "git-alembic"
author = "git-alembic contributors"
version = release = __version__
extensions = ["myst_parser", "sphinx_copybutton"]
myst_enable_extensions = ["substitution"]
source = SOURCE or clone_address()
myst_substitutions = {"version": version, "source": f"[Source]({source}) · " if source else ""}
myst_heading_anchors = 3
exclude_patterns = ["conf.py"]
suppress_warnings = ["misc.highlighting_failure"]  # a lexer doesn't know every dialect of SQL
html_theme = "furo"
html_title = f"git-alembic {version}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_search_scorer = str(FOLDER / "scorer.js")
html_copy_source = False
html_show_copyright = False
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#9a3412", "color-brand-content": "#9a3412"},
    "dark_css_variables": {"color-brand-primary": "#fdba74", "color-brand-content": "#fdba74"},
    **({"source_repository": SOURCE, "source_branch": "main", "source_directory": "docs/"} if SOURCE else {}),
}
highlight_language = "none"
smartquotes = False  # quotations keep the quotes that the program prints
copybutton_prompt_text = "$ "


class Console(RegexLexer):
    """Marks only commands. Pygments' own lexer reads a comment in the output as a root shell."""

    name = "console"
    tokens: ClassVar = {
        "root": [
            (r"^([$>])( .*\n)", bygroups(Generic.Prompt, Generic.Strong)),
            (r".*\n", Generic.Output),
        ]
    }


def highlight_indented_blocks(_app: Sphinx, doctree: nodes.document) -> None:
    """Give indented blocks their language."""
    for block in doctree.findall(nodes.literal_block):
        if block.get("language", "none") in ("none", "default"):
            block["language"] = language_of(block.astext())


def setup(app: Sphinx) -> None:
    """Register the lexer and the guess. Sphinx calls this."""
    app.add_lexer("console", Console)
    app.connect("doctree-read", highlight_indented_blocks)
