"""Fail if a built page makes a browser load anything from another host: `python docs/offline.py build/docs`."""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

LOADING_ATTRIBUTES = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "object": "data"}


class ExternalLinks(HTMLParser):
    """Collects the addresses on other hosts that a browser would load for a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Collect the address if it's on another host."""
        address = dict(attrs).get(LOADING_ATTRIBUTES.get(tag, ""))
        if address and re.match(r"(?:https?:)?//", address):
            self.found.append(address)


def main() -> int:
    """Print each address with its file. Return 1 if there is one."""
    found = []
    for path in Path(sys.argv[1]).rglob("*.*"):
        if path.suffix == ".html":
            page = ExternalLinks()
            page.feed(path.read_text(encoding="utf-8"))
            found += [f"{path}: {address}" for address in page.found]
        elif path.suffix in {".css", ".svg"}:
            addresses = re.findall(
                r"(?:url\(|@import )[\"']?((?:https?:)?//[^\"')]+)", path.read_text(encoding="utf-8")
            )
            found += [f"{path}: {address}" for address in addresses]
    sys.stderr.writelines(f"{line}\n" for line in found)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
