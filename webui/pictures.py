"""The pupils' pictures, in the page itself: a screen that has lost the kiosk still has them all."""

import hashlib
from functools import cache
from pathlib import Path

from markupsafe import Markup

from kiosk import __version__

ROOT = Path(__file__).parent
FILES = (
    "static/signs.svg",
    "static/screen.css",
    "static/screen.js",
    "templates/screen.html",
    "templates/sign.html",
)


@cache
def pictures() -> Markup:
    """Every picture, to be used by its id: ours, so nothing in it has to be escaped."""
    return Markup((ROOT / FILES[0]).read_text(encoding="utf-8"))


@cache
def build() -> str:
    """What tells this make of the screen from another: an open one then loads itself anew."""
    made = hashlib.sha256(__version__.encode())
    for name in FILES:
        made.update((ROOT / name).read_bytes())
    return made.hexdigest()[:16]
