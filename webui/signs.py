"""A sign as a screen draws it: words, picture, number, and the cubby's place in the cabinet. Pure.

It depends on the sign, its number or time, and whom it is for: a refusal looks like any other.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from kiosk.acts import Show, Sign
from kiosk.drafting import Rules
from kiosk.model import Cubby
from kiosk.policy.languages import ENGLISH, LANGUAGES, PAD_KEYS
from kiosk.policy.signs import FACES, NO_TEXTS, pupil_words
from webui.wording import printable

# A shape goes with each colour, for eyes that tell colours apart badly.
SHAPES: Mapping[str, str] = {
    "white": "",
    "off": "",
    "blue": "square",
    "green": "circle",
    "amber": "diamond",
    "red": "octagon",
}
LOST = "lost"  # beside the signs' own names
STEP = 24  # from one cubby to the next, in the drawing's own units
CELL = 20  # a cubby's side
EDGE = 8  # of the cabinet around its cubbies
LONG = 19  # characters of a sentence that fill a line of the largest letters
RING = 0.09  # the ring's least radius, as a part of the drawing: seen among a thousand cubbies


@dataclass(frozen=True, slots=True)
class Cell:
    """A cubby in the drawing: its top left corner."""

    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """A cabinet, with one cubby lit and ringed: ``ring`` is the circle's centre and radius."""

    width: int
    height: int
    cells: tuple[Cell, ...]
    lit: Cell
    ring: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class SignView:
    """What a template needs to draw a sign. ``parts``: its words, a sentence each. ``figure``: the
    number of the door, or a time; "" for none. ``pad``: the mark of the PIN pad that stands beside
    it, with the words of its two ``keys``."""

    name: str
    parts: tuple[str, ...]
    language: str
    direction: str
    picture: str
    colour: str
    shape: str
    is_calm: bool
    is_long: bool
    figure: str
    is_time: bool
    whose: str
    drawing: Drawing | None
    pad: str = ""
    keys: tuple[str, str] = PAD_KEYS[ENGLISH]


def sign_view(rules: Rules, show: Show, pad: str = "") -> SignView:
    """A sign as it is drawn. ``pad``: the mark of the PIN pad beside it; "" for none."""
    face = FACES[show.sign]
    language = show.to.language or rules.screen.language
    texts = rules.texts if language == rules.screen.language else NO_TEXTS
    words = pupil_words(show, texts, language).replace(
        f" {show.cubby}", f"\N{NO-BREAK SPACE}{show.cubby}"
    )
    parts = sentences(words)
    has_place = show.cubby is not None and "{cubby}" in face.words
    return SignView(
        name=show.sign.value,
        parts=parts,
        language=language,
        direction=LANGUAGES[language].direction,
        picture=face.picture,
        colour=face.colour,
        shape=SHAPES[face.colour],
        is_calm=show.to.is_low_sensory,
        is_long=max(map(len, parts)) > LONG,
        figure=str(show.cubby) if has_place else show.time,
        is_time=bool(show.time) and not has_place,
        whose=printable(show.to.name),
        drawing=draw(rules.cubbies.values(), show.cubby) if has_place else None,
        pad=pad,
        keys=PAD_KEYS[language],
    )


def lost_view(rules: Rules) -> SignView:
    """What a screen shows that cannot reach the kiosk: who helps, without any state's colour."""
    asking = sign_view(rules, Show(Sign.ASK_OFFICE))
    return replace(asking, name=LOST, colour="off", shape=SHAPES["off"])


def sentences(words: str) -> tuple[str, ...]:
    """The sentences apart, so that a line is broken between them first."""
    parts = words.split(". ")
    return (*(f"{part}." for part in parts[:-1]), parts[-1])


def draw(cubbies: Iterable[Cubby], lit: int | None) -> Drawing | None:
    """The cabinet that a cubby is in, as it stands; None where there is no such cubby."""
    known = {cubby.number: cubby for cubby in cubbies}
    if lit is None or lit not in known:
        return None
    beside = [cubby for cubby in known.values() if cubby.cabinet == known[lit].cabinet]
    width = _extent(cubby.column for cubby in beside)
    height = _extent(cubby.row for cubby in beside)
    place = _cell(known[lit])
    ring = (place.x + CELL / 2, place.y + CELL / 2, max(CELL * 0.85, max(width, height) * RING))
    return Drawing(width, height, tuple(map(_cell, beside)), place, ring)


def _extent(positions: Iterable[int]) -> int:
    return (max(positions) + 1) * STEP + 2 * EDGE - (STEP - CELL)


def _cell(cubby: Cubby) -> Cell:
    return Cell(EDGE + cubby.column * STEP, EDGE + cubby.row * STEP)
