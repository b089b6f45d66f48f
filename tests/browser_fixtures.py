"""What tests in a real browser share: the pages on the loopback, and a look at one of them."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import scale
from axe_playwright_python.sync_playwright import Axe
from cheroot.wsgi import Server
from flask import Flask
from playwright.sync_api import Page

SIZES = {"desktop": (1280, 900), "tablet": (820, 1180), "phone": (390, 844)}
# In which every page is looked at: each width and each scheme; all pairs of them in a thorough run.
LOOKS = [("desktop", "light"), ("tablet", "dark"), ("phone", "light")]
if scale.IS_THOROUGH:
    LOOKS = [(size, scheme) for size in SIZES for scheme in ("light", "dark")]
GRAVE = ("serious", "critical")
# Another colour begins with the next frame, and some are a while on their way.
SETTLED = """async () => {
  for (const frame of [1, 2]) await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().map((one) => one.finished));
}"""


def shared_out(paths: Sequence[str], size: str, scheme: str) -> Sequence[str]:
    """The pages to be looked at so: each in one of ``LOOKS``; in a thorough run each in all."""
    return paths if scale.IS_THOROUGH else paths[LOOKS.index((size, scheme)) :: len(LOOKS)]


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The pages on a free port; their address."""
    server = Server(("127.0.0.1", 0), app, numthreads=8)
    server.shutdown_timeout = 1
    server.prepare()
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.bind_addr[1]}"
    finally:
        server.stop()
        thread.join()


def axe_violations(page: Page) -> list[dict[str, Any]]:
    """What axe finds wrong on the page as it stands, once no colour is on its way to another. What
    it finds right is not worked out in full, which takes half the time."""
    page.evaluate(SETTLED)
    run = Axe().run(page, options={"resultTypes": ["violations"]})
    return list(run.response["violations"])


def look(page: Page, path: str) -> list[str]:
    """What axe finds grave, and whether the page has to be moved sideways."""
    faults = [f"{path}: {one['id']}" for one in axe_violations(page) if one["impact"] in GRAVE]
    root = "document.documentElement"
    if page.evaluate(f"{root}.scrollWidth > {root}.clientWidth"):
        faults.append(f"{path}: wider than the screen")
    return faults


def look_at_all_widths(page: Page, name: str) -> list[str]:
    """The same in each of ``LOOKS``."""
    faults = []
    for size, scheme in LOOKS:
        width, height = SIZES[size]
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        faults += look(page, f"{name}, {size}, {scheme}")
    return faults
