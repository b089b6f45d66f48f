"""What Lighthouse finds of the pages: `make lighthouse`.

A simulated kiosk is started, three pupils hand in, and somebody who has signed in is sent to each
page, once as at a desk and once as on a phone over a slow line. It needs node, npm's lighthouse and
a Chromium; what it works with is pinned in requirements/lighthouse.
"""

import argparse
import http.client
import json
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median_low
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LIMIT_S = 60
LIGHTHOUSE_S = 300
LOAD_MS = 10_000  # the pages ask again and again, so that the network is never still
FORMS = ("desk", "phone")
WANTED = {"accessibility": 100, "best-practices": 100}
CABINET_WANTED = {**WANTED, "performance": 95}
CATEGORIES = ("accessibility", "best-practices", "performance")
PUPILS = 3


class Spot(NamedTuple):
    """A page that is looked at: its name, its path, whether somebody has signed in, the least
    scores, how often it is looked at for a median, and how its slow line is made."""

    name: str
    path: str
    is_signed_in: bool = True
    wanted: Mapping[str, int] = WANTED
    times: int = 1
    throttling: str = "simulate"


class Score(NamedTuple):
    """What was found of a page: points of 100 by category, and the audits that cost any."""

    page: str
    form: str
    points: Mapping[str, int]
    wanted: Mapping[str, int]
    faults: Sequence[str] = ()

    @property
    def missed(self) -> list[str]:
        """The categories in which it has fewer points than it should."""
        return [name for name, least in self.wanted.items() if self.points[name] < least]


def spots(person: str) -> list[Spot]:
    """The pages, with the one of somebody whose path is ``person``.

    The pupils' screen holds a question open for seconds, which the simulated line would take for
    a slow kiosk: there the line is really slowed down.
    """
    return [
        Spot("Sign in", "/sign-in", is_signed_in=False),
        Spot("Cabinet", "/", wanted=CABINET_WANTED, times=5),
        Spot("Cubby", "/cubbies/1"),
        Spot("Person", person),
        Spot("Lists", "/lists"),
        Spot("List", "/lists/not-seen"),
        Spot("Pupils' screen", "/screen", throttling="devtools"),
    ]


def score_of(told: Mapping[str, Any], spot: Spot, form: str) -> Score:
    """What one report says."""
    categories = told["categories"]
    points = {name: round(100 * (categories[name]["score"] or 0)) for name in CATEGORIES}
    counted = {
        ref["id"] for name in WANTED for ref in categories[name]["auditRefs"] if ref["weight"] > 0
    }
    judged = ((id, told["audits"][id]["score"]) for id in sorted(counted))
    lost = [id for id, score in judged if score is not None and score < 1]
    return Score(spot.name, form, points, spot.wanted, lost)


def middle(scores: Sequence[Score]) -> Score:
    """Of several looks at one page the one in the middle, by its speed."""
    at = median_low(score.points["performance"] for score in scores)
    return next(score for score in scores if score.points["performance"] == at)


def table(scores: Sequence[Score]) -> str:
    """The scores as a table of Markdown: desk / phone."""
    lines = ["| page | accessibility | best practices | performance |", "|---|---|---|---|"]
    for page in dict.fromkeys(score.page for score in scores):
        both = {score.form: score.points for score in scores if score.page == page}
        cells = [" / ".join(str(both[form][name]) for form in FORMS) for name in CATEGORIES]
        lines.append(f"| {page} | {' | '.join(cells)} |")
    return "\n".join(lines)


def dump(scores: Sequence[Score], used: Mapping[str, str]) -> str:
    """Everything as JSON."""
    rows = [score._asdict() for score in scores]
    return json.dumps({"versions": used, "scores": rows}, indent=1) + "\n"


def load(text: str) -> list[Score]:
    """What ``dump`` has written, but for the versions."""
    return [Score(**row) for row in json.loads(text)["scores"]]


class Visitor:
    """Somebody with a browser without eyes."""

    def __init__(self, address: str) -> None:
        self._parts = urlsplit(address)
        self.cookie = ""

    def get(self, path: str) -> str:
        """A page's text."""
        return self._ask("GET", path)

    def send(self, path: str, page: str, **fields: str) -> str:
        """Send a form of a page."""
        found = re.search(r'name="csrf_token" value="([^"]*)"', self.get(page))
        form = urlencode({**fields, "csrf_token": found[1] if found else ""})
        return self._ask("POST", path, form)

    def _ask(self, method: str, path: str, body: str | None = None) -> str:
        client = http.client.HTTPConnection(self._parts.netloc, timeout=LIMIT_S)
        headers = {"Origin": f"http://{self._parts.netloc}", "Cookie": self.cookie}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        client.request(method, path, body, headers)
        answer = client.getresponse()
        text = answer.read().decode()
        client.close()
        if answer.status not in (200, 204, 303):
            raise LookupError(f"{path} was answered with {answer.status}")
        self.cookie = (answer.headers["Set-Cookie"] or self.cookie).partition(";")[0]
        return text


@contextmanager
def demo() -> Iterator[tuple[str, str]]:
    """A simulated kiosk: its address, and the password of its user."""
    command = [sys.executable, "-m", "kiosk", "demo"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            if not select.select([process.stdout], [], [], LIMIT_S)[0]:
                raise TimeoutError("the simulated kiosk does not start")
            told = "".join(process.stdout.readline() for _ in range(4))
            found = re.search(r"(http://[\d.:]+).*password +(\S+)", told, re.DOTALL)
            if found is None:
                raise LookupError(told)
            yield found[1], found[2]
        finally:
            process.send_signal(signal.SIGINT)


def furnish(visitor: Visitor, password: str, until: Callable[[Callable[[], bool]], None]) -> str:
    """Sign in, and hand in as some pupils would; the path of one pupil's page. ``until`` waits."""
    visitor.send("/sign-in", "/sign-in", name="office", password=password)
    for card in range(PUPILS):
        visitor.send("/simulator/tap", "/simulator", card=str(card))
        until(lambda: "Push shut" in visitor.get("/simulator/doors"))
        until(lambda: _shut(visitor))
    found = re.search(r'href="(/people/[^"/?]+)"[^>]*>(?!.*[Ii]mport)', visitor.get("/people?q=a"))
    if found is None:
        raise LookupError("nobody is on the roster")
    return found[1]


def _shut(visitor: Visitor) -> bool:
    """Push whatever door is open; whether all are shut."""
    opened = re.findall(r'value="(close \d+)"', visitor.get("/simulator/doors"))
    for door in opened:
        visitor.send("/simulator/door", "/simulator", door=door)
    return not opened


def wait_until(holds: Callable[[], bool]) -> None:
    """Ask again and again, for a minute at most."""
    give_up = time.monotonic() + LIMIT_S
    while not holds():
        if time.monotonic() > give_up:
            raise TimeoutError("the simulated kiosk does not do what it should")
        time.sleep(0.2)


def command(spot: Spot, form: str, address: str, tool: Path, folder: Path) -> list[str]:
    """How Lighthouse is asked. What proves who somebody is stands in a file, in no command line."""
    is_root = os.geteuid() == 0  # Chromium's own sandbox does not work for root
    return [
        str(tool),
        f"{address}{spot.path}",
        "--quiet",
        "--output=json",
        f"--output-path={folder / 'report.json'}",
        f"--only-categories={','.join(CATEGORIES)}",
        f"--max-wait-for-load={LOAD_MS}",
        f"--throttling-method={spot.throttling}",
        "--no-enable-error-reporting",
        "--disable-full-page-screenshot",
        f"--chrome-flags=--headless=new{' --no-sandbox' * is_root}",
        *(["--preset=desktop"] if form == "desk" else []),
        *([f"--extra-headers={folder / 'headers.json'}"] if spot.is_signed_in else []),
    ]


def look(spot: Spot, form: str, address: str, tool: Path, folder: Path) -> dict[str, Any]:
    """Lighthouse's report of one page; asked once more where its browser broke down."""
    asked = command(spot, form, address, tool, folder)
    if subprocess.run(asked, timeout=LIGHTHOUSE_S, stderr=subprocess.DEVNULL).returncode != 0:
        subprocess.run(asked, check=True, timeout=LIGHTHOUSE_S)
    told: dict[str, Any] = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    if urlsplit(told["finalDisplayedUrl"]).path != spot.path:
        raise LookupError(f"{spot.path} led to {told['finalDisplayedUrl']}")
    return told


def measure(tool: Path, folder: Path) -> tuple[list[Score], dict[str, str]]:
    """Every page in every form; and with what."""
    scores, told = list[Score](), dict[str, Any]()
    with demo() as (address, password):
        visitor = Visitor(address)
        person = furnish(visitor, password, wait_until)
        headers = json.dumps({"Cookie": visitor.cookie})
        (folder / "headers.json").write_text(headers, encoding="utf-8")
        for spot in spots(person):
            for form in FORMS:
                looks = []
                for _ in range(spot.times):
                    told = look(spot, form, address, tool, folder)
                    looks.append(score_of(told, spot, form))
                scores.append(middle(looks))
    return scores, versions(told)


def versions(told: Mapping[str, Any]) -> dict[str, str]:
    """With what it was measured, and how fast Lighthouse found the machine."""
    around = told["environment"]
    browser = re.search(r"Chrome/([\d.]+)", around["hostUserAgent"])
    return {
        "lighthouse": told["lighthouseVersion"],
        "chromium": browser[1] if browser else "",
        "benchmark index": str(around["benchmarkIndex"]),
    }


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; 1 where a page has fewer points than it should."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lighthouse", description=__doc__)
    parser.add_argument("--tool", type=Path, required=True, help="npm's lighthouse")
    parser.add_argument("--json", type=Path, help="where the figures are written")
    asked = parser.parse_args(arguments)
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        parser.error("there is no Chromium: apt install chromium")
    os.environ.setdefault("CHROME_PATH", browser)
    with tempfile.TemporaryDirectory() as folder:
        scores, used = measure(asked.tool, Path(folder))
    print(table(scores))
    for score in scores:
        if score.missed:
            print(
                f"{score.page}, {score.form}: too few for {', '.join(score.missed)}: {score.faults}"
            )
    if asked.json:
        asked.json.write_text(dump(scores, used), encoding="utf-8")
    return 1 if any(score.missed for score in scores) else 0


if __name__ == "__main__":
    sys.exit(main())
