"""The papers a school hands out or puts up: neutral ones of our own, or the school's."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import BadInput
from kiosk.paper.blocks import Block, Mark, blocks, filled, times
from kiosk.timetable import Timetable

OURS = Path(__file__).parent / "texts"
MOST_CHARACTERS = 50_000


@dataclass(frozen=True, slots=True)
class Paper:
    """``about``: what it is for. ``size``: of its letters, in points."""

    title: str
    about: str
    size: float


PAPERS: Mapping[str, Paper] = {
    "agreement": Paper(
        "Home-school agreement", "To be signed by pupil, parent and school, and kept.", 11
    ),
    "notice": Paper("Notice for the kiosk", "For the wall beside the cabinet. For pupils.", 22),
    "staff": Paper("Notice for staff", "For the office: what to do at the cabinet, and when.", 11),
    "privacy": Paper(
        "Privacy notice for pupils", "What the kiosk keeps about pupils, in plain words.", 10
    ),
}


@dataclass(frozen=True, slots=True)
class Papers:
    """``folder``: where the school's own stand, called as ours are: ``agreement.txt``; None where
    there are none. ``taps_days``: how long taps are kept; ``acts_years``: acts of staff, for the
    school year and so many more."""

    folder: Path | None = None
    taps_days: int = 90
    acts_years: int = 1

    def blocks(self, name: str, school: str, timetable: Timetable) -> tuple[Block, ...]:
        """A paper's words, the title first.

        Raises:
            KeyError: there is no such paper.
            BadInput: the school's own cannot be used.
        """
        path = self._path(PAPERS[name], name)
        facts = {
            "school": school,
            "times": times(timetable),
            "taps_days": str(self.taps_days),
            "acts_years": _years(self.acts_years),
        }
        found = blocks(filled(_read(path), facts, path.name))
        if not found or found[0].mark is not Mark.TITLE:
            raise BadInput(f'{path.name}: its first line is no title; begin it with "# "')
        return found

    def _path(self, paper: Paper, name: str) -> Path:
        own = self.folder / f"{name}.txt" if self.folder else None
        return own if own is not None and own.exists() else OURS / f"{name}.txt"


def _read(path: Path) -> str:
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(MOST_CHARACTERS + 1)
    except OSError as fault:
        raise BadInput(f"{path.name}: {fault.strerror or 'it cannot be read'}") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path.name}: it is no UTF-8 text") from None
    if len(text) > MOST_CHARACTERS:
        raise BadInput(f"{path.name}: a paper has at most {MOST_CHARACTERS} characters")
    return text


def _years(more: int) -> str:
    """The school year, and so many more, as people say it."""
    words = {0: "", 1: ", and one more", 2: ", and two more"}
    return "the school year" + words.get(more, f", and {more} more")
