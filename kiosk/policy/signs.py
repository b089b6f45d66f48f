"""Every sign that a pupil is shown: for which reason, how it looks, and its words, five at most.

No words here tell a pupil, or who stands behind them, about a hold, a need or a sanction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from kiosk.acts import Show, Sign
from kiosk.events import Reason
from kiosk.policy.languages import ENGLISH, TRANSLATIONS


@dataclass(frozen=True, slots=True)
class Face:
    """How a sign looks: words with {cubby} or {time}, a picture's name, a colour, seconds shown.

    ``stays_s`` of 0 means until something else happens.
    """

    words: str
    picture: str
    colour: str
    stays_s: float


ALL_DONE = frozenset({Sign.DONE, Sign.NOTED})
DONE_S = 4.0  # a school may choose between 2 and 15 s

FACES: Mapping[Sign, Face] = {
    Sign.READY: Face("Tap your card", "card", "white", 0),
    Sign.PUT_IN: Face("Put phone in. Door {cubby}", "door-in", "blue", 0),
    Sign.DONE: Face("Done. Door {cubby} locked", "tick", "green", DONE_S),
    Sign.TAKE: Face("Take your phone. Door {cubby}", "door-out", "green", 0),
    Sign.NOTED: Face("Done", "tick", "green", DONE_S),
    Sign.WAIT: Face("Wait", "dots", "white", 3),
    Sign.NOT_YET: Face("Not yet. {time}", "clock", "amber", 6),
    Sign.ASK_OFFICE: Face("Ask the office", "person", "amber", 6),
    Sign.ONE_CARD: Face("One card, please", "one-card", "amber", 6),
    Sign.FULL: Face("Full. Ask the office", "cabinet", "amber", 6),
    Sign.SHUT_DOOR: Face("Please shut door {cubby}", "door-shut", "amber", 0),
    Sign.NOTHING_HERE: Face("Nothing here", "empty", "amber", 6),
    Sign.ALREADY_IN: Face("Already in", "tick", "green", 6),
    Sign.CLOSED: Face("Closed", "moon", "off", 6),
    Sign.BROKEN: Face("Broken. Ask the office", "spanner", "red", 0),
    # Half of the time that the second card may take: low-sensory signs stay twice as long.
    Sign.NEXT_CARD: Face("Staff: tap second card", "next-card", "white", 15),
    Sign.CONFIRM_TIME: Face("Is it {time}? Second card", "clock", "white", 15),
    # As long as the pad waits, calm or not; see ``kiosk.taps.at_kiosk``.
    Sign.ENTER_PIN: Face("Staff: enter your PIN", "pad", "white", 30),
    Sign.WRONG_PIN: Face("Wrong PIN. Once more", "pad", "amber", 30),
    Sign.LEAVE: Face("Leave now", "exit", "red", 6),
}

SIGNS: Mapping[Reason, Sign] = {
    Reason.UNKNOWN_CARD: Sign.ASK_OFFICE,
    Reason.BLOCKED_CARD: Sign.ASK_OFFICE,
    Reason.RANDOM_CARD: Sign.ASK_OFFICE,
    Reason.TWO_CARDS: Sign.ONE_CARD,
    Reason.CLAIM_DISPUTED: Sign.ASK_OFFICE,
    Reason.EXPIRED_CARD: Sign.ASK_OFFICE,
    Reason.LOST_CARD: Sign.ASK_OFFICE,
    Reason.EARLY_CARD: Sign.ASK_OFFICE,
    Reason.HELD: Sign.ASK_OFFICE,
    Reason.NOTHING_HERE: Sign.NOTHING_HERE,
    Reason.KIOSK_CLOSED: Sign.CLOSED,
    Reason.OUT_OF_ORDER: Sign.ASK_OFFICE,
    Reason.DISK_FAILING: Sign.ASK_OFFICE,
    Reason.FULL: Sign.FULL,
    Reason.CLOCK_NOT_TRUSTED: Sign.ASK_OFFICE,
    Reason.ALREADY_IN: Sign.ALREADY_IN,
    Reason.NOT_YET: Sign.NOT_YET,
    Reason.DOOR_OPEN: Sign.SHUT_DOOR,
    Reason.NEIGHBOUR_OPEN: Sign.WAIT,
    Reason.AFTER_RELEASE: Sign.ASK_OFFICE,
    Reason.UNDER_ENQUIRY: Sign.ASK_OFFICE,
    Reason.NOT_OPENED: Sign.WAIT,
}

Texts = Mapping[Sign, str]  # the school's own words, where it has other ones
NO_TEXTS: Texts = MappingProxyType({})


def pupil_words(show: Show, texts: Texts = NO_TEXTS, language: str = ENGLISH) -> str:
    """The sign in words, at most five of them: the school's own, or those of ``language``."""
    cubby = "" if show.cubby is None else str(show.cubby)
    shipped = TRANSLATIONS.get(language, {}).get(show.sign, FACES[show.sign].words)
    words = texts.get(show.sign, shipped)
    return words.format(cubby=cubby, time=show.time)
