"""The pages for people: their links lead somewhere, and their figures are those of the code."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from gpiozero.pins.mock import MockFactory

from hardware.boards import board8a, kerong, kerong48, waveshare
from hardware.gpio.pins import reader_pins
from hardware.profiles import PROFILES, BadNumber, kind_of, read_number, spell
from hardware.settings import SAFE_LOCK_PINS, ReaderSettings
from hardware.wiring import EXPANDER_ADDRESSES, HIGHEST_EXPANDER_LINE
from kiosk.assembly import check_wiring
from kiosk.config import make_config
from kiosk.policy.signs import FACES
from kiosk.policy.words import ALERTS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
FOLDERS = (ROOT, DOCS, DOCS / "adr", ROOT / "systemd")
PAGES = sorted(page for folder in FOLDERS for page in folder.glob("*.md"))
DRAWINGS = sorted(DOCS.rglob("*.svg"))
WIRING = (DOCS / "wiring.md").read_text(encoding="utf-8")
READERS = (DOCS / "readers.md").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^()\s]+)\)")

# Sizes in which 12 V supplies are commonly sold, amperes.
SUPPLIES = (2, 3, 4, 5, 6, 8, 10, 12.5)
COPPER = 0.0172  # ohm mm2/m at 20 degrees (IEC 60028, rounded)

Row = dict[str, str]


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def table(page: str, heading: str, nth: int = 0) -> list[Row]:
    """The nth table below a heading, a dictionary for each row."""
    _, found, below = page.partition(f"\n{heading}\n")
    assert found, heading
    tables = re.findall(r"(?:^\|.*\|\n)+", below, re.MULTILINE)
    head, _, *rows = [_cells(line) for line in tables[nth].splitlines()]
    assert all(len(row) == len(head) for row in rows), heading
    return [dict(zip(head, row, strict=True)) for row in rows]


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def number(text: str) -> float:
    """The first number in a cell."""
    found = re.search(r"\d+(?:\.\d+)?", text)
    assert found, text
    return float(found[0])


def lines_of(text: str) -> set[int]:
    """The lines that a list such as 12,13,16-24 names."""
    spans = [part.partition("-") for part in text.split(",")]
    return {n for first, _, last in spans for n in range(int(first), int(last or first) + 1)}


def snippets(page: str, language: str) -> list[str]:
    return [body for lang, body in FENCED.findall(page) if lang == language]


def example() -> dict[str, Any]:
    return tomllib.loads((ROOT / "config.example.toml").read_text(encoding="utf-8"))


def example_pins() -> dict[int, dict[str, int]]:
    """Lock and door line by cubby, of the example's header."""
    banks = example()["locks"]["banks"]
    pins = next(bank["pins"] for bank in banks if bank["backend"] == "gpio")
    return {int(cubby): pair for cubby, pair in pins.items()}


def header() -> dict[int, Row]:
    """The rows of the page's table of the header, by line."""
    rows = table(WIRING, "## 5. The header: pins, lamps, buzzer")
    return {int(row["line"].removeprefix("GPIO")): row for row in rows}


def anchors(page: str) -> set[str]:
    """What a link may name: each heading as the usual viewers spell it."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> Iterator[tuple[bool, str, str]]:
    """Every link of a page: whether it is an image, its text, where it leads."""
    for mark, text, target in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        yield bool(mark), text, target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for is_image, text, target in links(page):
        path, _, anchor = target.partition("#")
        if re.match(r"[a-z]+:", path):
            continue
        goal = (page.parent / path).resolve() if path else page
        assert goal.exists(), target
        assert goal.is_relative_to(ROOT), target
        assert text or not is_image, f"{target} has no words for who cannot see it"
        if anchor and goal.suffix == ".md":
            assert anchor in anchors(goal.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_no_page_names_a_place_on_somebodys_machine(page: Path) -> None:
    text = page.read_text(encoding="utf-8")

    assert not re.findall(r"(?<![\w.~-])/(?:home|root|Users|tmp|work|mnt|media)/\S*", text)


@pytest.mark.parametrize("drawing", DRAWINGS, ids=name)
def test_a_drawing_says_in_words_what_it_shows(drawing: Path) -> None:
    svg = ElementTree.fromstring(drawing.read_text(encoding="utf-8"))

    assert svg.tag == f"{SVG}svg"
    assert svg.get("role") == "img"
    for part in ("title", "desc"):
        found = svg.find(f"{SVG}{part}")
        assert found is not None
        assert found.text
        assert found.text.strip()
        assert found.get("id") in (svg.get("aria-labelledby") or "").split()


@pytest.mark.parametrize("drawing", sorted((DOCS / "wiring").glob("*.svg")), ids=name)
def test_a_wiring_drawing_can_be_read_on_any_page(drawing: Path) -> None:
    text = drawing.read_text(encoding="utf-8")
    svg = ElementTree.fromstring(text)
    width, height = svg.get("width"), svg.get("height")
    ground = svg.find(f"{SVG}rect")

    assert width == "800"
    assert svg.get("font-family") == "sans-serif"
    assert ground is not None
    assert ground.attrib == {"width": width, "height": height, "fill": "#ffffff"}
    assert "href" not in text
    assert "<image" not in text
    assert min(map(float, re.findall(r'font-size="([\d.]+)"', text))) >= 12
    assert f"(wiring/{drawing.name})" in WIRING


def test_the_header_drawing_and_table_have_every_line_on_its_pin() -> None:
    pins = MockFactory().board_info.headers["J8"].pins.values()
    true = {int(p.name.removeprefix("GPIO")): p.number for p in pins if p.name.startswith("GPIO")}
    svg = ElementTree.parse(DOCS / "wiring" / "header.svg")
    drawn = {
        int(group.attrib["id"].removeprefix("gpio")): int(group.attrib["data-pin"])
        for group in svg.iter(f"{SVG}g")
        if "id" in group.attrib
    }

    assert drawn == true
    assert {line: int(row["header pin"]) for line, row in header().items()} == true


def test_the_header_drawing_and_table_offer_for_locks_what_the_code_takes() -> None:
    svg = ElementTree.parse(DOCS / "wiring" / "header.svg")
    drawn = {
        int(group.attrib["id"].removeprefix("gpio"))
        for group in svg.iter(f"{SVG}g")
        if group.get("class") == "lock"
    }

    assert drawn == SAFE_LOCK_PINS
    assert {n for n, row in header().items() if "**lock**" in row["good for"]} == SAFE_LOCK_PINS
    assert all(header()[line]["at start"] == "down" for line in SAFE_LOCK_PINS)


def test_the_header_table_shows_the_examples_wiring() -> None:
    used = {n: row["in the example"] for n, row in header().items() if row["in the example"]}
    pins = {
        pair[part]: f"{part} of cubby {n}" for n, pair in example_pins().items() for part in pair
    }
    held = dict.fromkeys(reader_pins(ReaderSettings("rc522")) - {7}, "reader")

    assert used == pins | held
    assert "reader" in header()[7]["good for"]


def test_the_readers_wires_are_the_same_in_table_drawing_and_code() -> None:
    wires = [row for row in table(WIRING, "### RC522 on the header") if row["header pin"]]
    svg = ElementTree.parse(DOCS / "wiring" / "rc522.svg")
    drawn = [text.text or "" for text in svg.iter(f"{SVG}text")]
    reset = example()["reader"]["reset_pin"]

    assert len(wires) == 7
    for wire in wires:
        assert any(t.startswith(f"pin {wire['header pin']}: {wire['line']}") for t in drawn), wire
    lines = {int(number(w["line"])): w for w in wires if w["line"].startswith("GPIO")}
    assert lines.keys() == reader_pins(ReaderSettings("rc522", reset_pin=reset)) - {7}
    assert all(header()[n]["header pin"] == wire["header pin"] for n, wire in lines.items())
    assert lines[reset]["RC522"] == "RST"


def test_the_boards_are_as_large_as_the_code_has_them() -> None:
    rows = {row["`backend`"].strip("`"): row for row in table(WIRING, "## 1. Which lock board")}
    boards = {"kerong": kerong, "kerong48": kerong48, "board8a": board8a, "waveshare": waveshare}

    assert rows.keys() == boards.keys() | {"gpio", "mcp23017"}
    assert number(rows["gpio"]["locks each"]) == len(SAFE_LOCK_PINS)
    assert number(rows["mcp23017"]["locks each"]) == HIGHEST_EXPANDER_LINE + 1
    said = [int(n, 16) for n in re.findall(r"0x\w+", rows["mcp23017"]["addresses"])]
    assert said == [EXPANDER_ADDRESSES[0], EXPANDER_ADDRESSES[-1]]
    for backend, board in boards.items():
        first, last = board.ADDRESSES[0], board.ADDRESSES[-1]
        assert rows[backend]["addresses"] == f"{first} to {last}", backend
        assert number(rows[backend]["locks each"]) == len(board.CHANNELS), backend


@pytest.mark.parametrize("snippet", snippets(WIRING, "toml"))
def test_what_the_page_says_of_the_config_is_taken(snippet: str) -> None:
    raw = example() | tomllib.loads(snippet)
    if "reader" not in tomllib.loads(snippet) and "lights" not in tomllib.loads(snippet):
        cubbies = re.findall(r'^(\d+) =|[{,] (\d+) = |cubbies = "\d+-(\d+)"', snippet, re.MULTILINE)
        raw["cabinet"]["cubbies"] = max(int(n) for found in cubbies for n in found if n)

    check_wiring(make_config(raw, "the snippet"), "the snippet")


def test_the_pages_first_cabinet_is_the_examples() -> None:
    bank = tomllib.loads(snippets(WIRING, "toml")[0])["locks"]["banks"][0]

    assert {int(cubby): pair for cubby, pair in bank["pins"].items()} == example_pins()


def test_the_lamp_of_the_page_is_on_lines_that_the_example_leaves_free() -> None:
    lights = next(s for text in snippets(WIRING, "toml") if "lights" in (s := tomllib.loads(text)))
    lines = [*lights["lights"]["lamp"], lights["lights"]["buzzer"]]

    assert len(set(lines)) == 4
    assert all(not header()[line]["in the example"] for line in lines)
    assert all("lamp" in header()[line]["good for"] for line in lines)


def test_the_lines_for_config_txt_name_the_locks_and_the_doors() -> None:
    every, the_examples = (
        dict(re.findall(r"^gpio=([\d,-]+)=(\S+)$", text, re.MULTILINE))
        for text in snippets(WIRING, "")
    )
    by_mode = {mode: lines_of(text) for text, mode in the_examples.items()}
    pins = example_pins().values()

    assert {mode: lines_of(text) for text, mode in every.items()} == {"op,dl": SAFE_LOCK_PINS}
    assert by_mode["op,dl"] == {pair["lock"] for pair in pins}
    assert by_mode["ip,pu"] == {pair["door"] for pair in pins}


def test_supplies_are_as_large_as_the_rule_says() -> None:
    for row in table(WIRING, "## 2. Supplies, fuses, drivers"):
        lock = number(row["one lock takes"])
        for at_once in (1, 2, 3):
            needed = 1.25 * (at_once * lock + 0.5)
            assert number(row[f"{at_once} at once"]) == next(s for s in SUPPLIES if s >= needed)


def test_a_fuse_trips_below_its_lock_and_holds_above_a_tenth_of_it() -> None:
    for row in table(WIRING, "## 2. Supplies, fuses, drivers", 2):
        lock = number(row["one lock takes"])

        assert number(row["trips"]) < lock
        assert lock / 10 < number(row["holds"])


def test_the_table_of_wires_is_what_its_formula_gives() -> None:
    for row in table(WIRING, "## 2. Supplies, fuses, drivers", 3):
        area = number(row["cross-section"])
        for metres in (1, 2, 5, 10):
            lost = 2 * metres * 2 * COPPER / area
            said = "too thin" if lost > 0.6 else f"{lost:.2f} V"
            assert row[f"{metres} m"] == said


def test_the_leds_currents_are_what_their_resistors_give() -> None:
    for row in table(WIRING, "### Lamp, cubby lamps, buzzer"):
        volts = number(row["its voltage"])
        direct = (3.3 - volts) / number(row["from 3.3 V"]) * 1000
        by_transistor = (5 - volts - 0.2) / number(row["from 5 V with transistor"]) * 1000

        assert direct <= 8
        assert row["current direct"] == f"{direct:.1f} mA"
        assert row["current with transistor"] == f"{by_transistor:.1f} mA"


def test_what_fits_on_the_header_is_counted_right() -> None:
    for row in table(WIRING, "### How much fits"):
        kept = row["besides the locks"]
        lines = 26 - 6 * ("RC522" in kept) - 4 * ("buzzer" in kept) - 4 * ("I2C" in kept)

        assert number(row["lines left"]) == lines
        for cell, each in (
            ("cubbies: lock only", 1),
            ("lock and switch", 2),
            ("lock, switch and lamp", 3),
        ):
            assert number(row[cell]) == min(len(SAFE_LOCK_PINS), lines // each), kept


def test_the_faults_quote_words_that_the_kiosk_says() -> None:
    said = "\n".join([*ALERTS.values(), *(face.words for face in FACES.values())])
    rows = table(WIRING, "## 9. Faults: what you see, what to do")
    quoted = [q for row in rows for q in re.findall(r'"([^"]+)"', row["you see"])]

    assert len(quoted) >= 7
    assert [quote for quote in quoted if quote not in said] == []


def test_the_profiles_spell_as_the_page_says() -> None:
    rows = {
        row["profile"].strip("`"): row for row in table(READERS, "## One card has many numbers")
    }
    assert rows.keys() == PROFILES.keys()
    for profile, row in rows.items():
        uids = [uid for uid in row if re.fullmatch("[0-9A-F]+", uid)]
        assert {uid: row[uid] for uid in uids} == {uid: _spelled(profile, uid) for uid in uids}
        is_whole = all(_is_whole(profile, uid, row[uid]) for uid in uids if row[uid])
        assert row["whole"] == ("yes" if is_whole else "no"), profile


def _spelled(profile: str, uid: str) -> str:
    try:
        return spell(profile, bytes.fromhex(uid))
    except BadNumber:
        return ""


def _is_whole(profile: str, uid: str, text: str) -> bool:
    number = bytes.fromhex(uid)
    return read_number(profile, text) == (kind_of(number), number)
