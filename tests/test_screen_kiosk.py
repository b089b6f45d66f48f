"""A screen before `kiosk run`, in a process of its own: allowed, shown a tap, revoked, outlived."""

import http.client
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from kiosk_process import KioskProcess

LIMIT_S = 20.0


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(tmp_path)
    yield process
    process.close()


class Tablet:
    """A browser without eyes. What comes through a proxy is not the kiosk's own display."""

    def __init__(self, kiosk: KioskProcess) -> None:
        address = re.findall(r"pages at (http://\S+)", kiosk.log())[-1]
        parts = urlsplit(address)
        self.browser = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=LIMIT_S)
        self.cookie = ""

    def ask(self, path: str, mark: str = "") -> tuple[int, str, str]:
        """The status, the body and the mark of an answer."""
        headers = {"X-Forwarded-For": "x", "Cookie": self.cookie, "If-None-Match": mark}
        self.browser.request("GET", path, headers=headers)
        answer = self.browser.getresponse()
        self.cookie = answer.headers.get("Set-Cookie", self.cookie).partition(";")[0]
        return answer.status, answer.read().decode(), answer.headers.get("ETag", "")

    def enter(self, token: str) -> int:
        """Send the token, as the page's form does; the answer's status."""
        page = self.ask("/screen")[1]
        found = re.search('name="csrf_token" value="([^"]+)"', page)
        form = urlencode({"csrf_token": found[1] if found else "", "token": token})
        headers = {
            "X-Forwarded-For": "x",
            "Cookie": self.cookie,
            "Sec-Fetch-Site": "same-origin",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.browser.request("POST", "/screen/enter", form, headers)
        answer = self.browser.getresponse()
        answer.read()
        self.cookie = answer.headers.get("Set-Cookie", "").partition(";")[0]
        return answer.status

    def sign(self, mark: str = "") -> str:
        """The sign that is shown, once it is not the one with that mark; "" where there is none."""
        status, body, now = self.ask("/screen/now", mark)
        while status in (200, 304) and now == mark:
            status, body, now = self.ask("/screen/now", mark)
        found = re.search('data-sign="([^"]+)"', body)
        return found[1] if found else ""

    def close(self) -> None:
        self.browser.close()


@pytest.fixture
def tablets(kiosk: KioskProcess) -> Iterator[Callable[[], Tablet]]:
    """As many tablets as a test wants, before the kiosk that runs then."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(closing(Tablet(kiosk)))


def test_a_tablet_is_allowed_shown_a_tap_and_revoked_while_the_kiosk_runs(
    kiosk: KioskProcess, tablets: Callable[[], Tablet]
) -> None:
    (uid,) = kiosk.enrol(1)
    kiosk.ask("person_signs", admission="0", language="pl")
    told, tablet = kiosk.cli("screen", "token", "new", "Hall"), tablets()
    assert tablet.ask("/screen")[0] == 403
    assert tablet.enter(told.partition("/screen#")[2].split()[0]) == 303
    status, body, _ = tablet.ask("/screen")
    assert (status, 'data-sign="ready"' in body) == (200, True)
    mark = tablet.ask("/screen/now")[2]

    kiosk.hand("tap", uid=uid)

    assert tablet.sign(mark) == "put_in"
    assert "Włóż telefon." in tablet.ask("/screen/now")[1]
    kiosk.cli("screen", "token", "revoke", "Hall")
    assert tablet.ask("/screen/now")[0] == 403


def test_a_tablet_needs_no_new_token_after_a_power_cut_and_holds_up_no_stop(
    kiosk: KioskProcess, tablets: Callable[[], Tablet]
) -> None:
    kiosk.start()
    token = kiosk.ask("screen_token_new", name="Hall")["token"]
    before = tablets()
    before.enter(token)
    kiosk.kill()
    kiosk.start()
    after = tablets()
    after.cookie = before.cookie
    _, body, mark = after.ask("/screen/now")
    assert 'data-sign="ready"' in body

    headers = {"Cookie": after.cookie, "If-None-Match": mark}
    after.browser.request("GET", "/screen/now", headers=headers)
    assert kiosk.stop() == 0
    assert token not in kiosk.log()
