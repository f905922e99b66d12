"""Draw the terminal at the top of the README from a real run: `make picture`, or `PYTHONPATH=. docs/picture.py FILE`.

The same run gives the same bytes. The picture loads no fonts and no scripts.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from tests.support.doc_scenes import ExampleProject, fork

COMMANDS = ("git merge topic", "git alembic fix --yes", "git commit --no-edit", "alembic heads")
COLUMNS = 100
COLORS = "3f3f46 f87171 86efac fde047 93c5fd d8b4fe 67e8f9 e4e4e7"  # black, red, green, yellow, blue, …
TRIPLETS = [(red, green, blue) for red, green, blue in map(bytes.fromhex, COLORS.split())]
THEME = TerminalTheme((24, 24, 27), (228, 228, 231), TRIPLETS)
# The template for rich. Its own template makes browsers fetch fonts.
SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
<title>git merge, stopped by git-alembic because it would fork the migrations, and repaired</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
  font-size: {char_height}px; line-height: {line_height}px; }}
.{unique_id}-title {{ font-size: 18px; font-family: sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}"/>
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def record() -> str:
    """Run the commands. Return what the terminal shows, with colors as escape sequences."""
    with tempfile.TemporaryDirectory() as folder:
        project = ExampleProject(Path(folder) / "home")
        fork(project)
        return "".join(
            f"\x1b[1;32m$\x1b[0m \x1b[1m{command}\x1b[0m\n{project.run(command, FORCE_COLOR='1', COLUMNS=str(COLUMNS))}"
            for command in COMMANDS
        )


def draw(terminal: str) -> str:
    """Return the terminal as SVG."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), color_system="truecolor", force_terminal=True)
    console.print(Text.from_ansi(terminal), overflow="fold")
    return console.export_svg(title="shop", theme=THEME, code_format=SVG, unique_id="run")


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(draw(record()), encoding="utf-8")
