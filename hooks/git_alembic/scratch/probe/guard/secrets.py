"""No password leaves the process: not in an answer, and not in what an exception says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, quote_plus

from sqlalchemy.engine import Engine, make_url

MASK = "***"
_SHORTEST = 4  # what is shorter is hidden in URLs only
_IN_URL = re.compile(r"(?<=://)([^\s/?#:@'\"]*):[^\s'\"]*@")
_IN_WORDS = re.compile(r"\b((?:password|passwd|pwd)\s*[=:]\s*)('[^']*'|\"[^\"]*\"|[^\s,;&'\")}]+)", re.IGNORECASE)


class Secrets:
    """The passwords that are known."""

    def __init__(self) -> None:
        self._passwords: set[str] = set()

    def learn(self, passwords: Iterable[Any], public: Iterable[Any]) -> None:
        """Hide these from now on, but for those that are no more secret than a name that stands beside them."""
        open_ = {str(one) for one in public if one}
        found = {str(one) for one in passwords if one and len(str(one)) >= _SHORTEST and str(one) not in open_}
        self._passwords |= {form for one in found for form in (one, quote(one, safe=""), quote_plus(one))}

    def learn_url(self, url: Any) -> None:
        """Hide the password of a URL, if it is one."""
        try:
            url = make_url(url)
        except Exception:  # noqa: BLE001 - it is none
            return
        if url is None:  # which SQLAlchemy 1.4 takes for one
            return
        parts = (url.username, url.host, url.database, url.get_backend_name(), url.drivername)
        self.learn([url.password, url.query.get("password")], parts)

    def watch_engines(self) -> list[Any]:
        """Hide the passwords of all engines that are made from now on; the list grows by their URLs."""
        urls: list[Any] = []

        def learn(url: Any) -> None:
            urls.append(url)
            self.learn_url(url)

        # `Engine.__init__` cannot be replaced: `create_engine` reads the names of its arguments off it.
        setattr(Engine, "url", _Watched(learn))  # noqa: B010 - mypy knows it as an attribute
        return urls

    def hidden(self, value: Any) -> Any:
        """The same with all passwords hidden, in all texts of a nested value of JSON."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, dict):
            return {key: self.hidden(one) for key, one in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.hidden(one) for one in value]
        return value

    def _text(self, text: str) -> str:
        text = _IN_WORDS.sub(rf"\1{MASK}", _IN_URL.sub(rf"\1:{MASK}@", text))
        for password in sorted(self._passwords, key=len, reverse=True):
            text = text.replace(password, MASK)
        return text


class _Watched:
    """The attribute `url` of all engines, which tells when it is set."""

    def __init__(self, tell: Callable[[Any], None]) -> None:
        self._tell = tell

    def __get__(self, engine: Any, _: Any) -> Any:
        return self if engine is None else engine.__dict__["url"]

    def __set__(self, engine: Any, url: Any) -> None:
        engine.__dict__["url"] = url
        self._tell(url)
