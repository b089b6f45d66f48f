"""Every sign as light and sound: pure, and a function of time, so that it can be proved calm.

A signal depends on the sign, on the cubby that the pupil is to go to, and on how much calm they
need, and on nothing else: a refusal lights no cubby and sounds like any other, whatever its reason.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import NamedTuple

from kiosk.acts import Show, Sign
from kiosk.policy.signs import ALL_DONE, DONE_S, FACES

# Nothing that shines changes twice within this time, so at most three changes, which is one flash
# and a half, fall into any second. WCAG 2.3.1 allows three flashes, each a pair of changes.
STEADY_S = 0.35

# A cubby's lamp that calls: on for half of it. 0.4 a second, slower than breathing in haste.
PULSE_S = 2.5

# Tones of the common scale, A4 being 440 Hz. All far below the 2 to 4 kHz where a small piezo is
# loudest: that is what makes them soft.
LOW_HZ = 392.0  # G4
SHORT_HZ = 523.3  # C5
SOFT_HZ = 784.0  # G5
HIGH_HZ = 1046.5  # C6

# How much longer a sign stays for those who need time.
LONGER = 2


class Profile(Enum):
    """How much a kiosk may shine and sound. LOW_SENSORY: dim, silent, still, and slower."""

    NORMAL = "normal"
    LOW_SENSORY = "low_sensory"


class Tone(NamedTuple):
    """A tone, or silence where ``hz`` is None, of so many seconds."""

    hz: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Signal:
    """What shines and sounds while a sign is shown.

    ``lamp`` is a colour by its name and ``brightness`` 0-1, both steady. ``cubbies``: those whose
    lamp shines; with a ``pulse_s``, for the first half of each such time. ``tones`` follow each
    other from the beginning on, and again every ``repeat_s`` if that is not 0.
    """

    lamp: str
    brightness: float
    cubbies: frozenset[int] = frozenset()
    pulse_s: float = 0.0
    tones: tuple[Tone, ...] = ()
    repeat_s: float = 0.0


@dataclass(frozen=True, slots=True)
class LightState:
    """What shines and sounds at one moment; ``tone`` in hertz, None for silence."""

    lamp: str = "off"
    brightness: float = 0.0
    cubbies: frozenset[int] = frozenset()
    tone: float | None = None


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a kiosk has."""

    lamp: bool = True
    cubby_lamps: bool = True
    buzzer: bool = True


class Step(NamedTuple):
    """One step of the self-test: ``part`` is what a person looks or listens for."""

    part: str
    state: LightState
    seconds: float


_ONE_SOFT = (Tone(SOFT_HZ, 0.3),)
_ONE_HIGH = (Tone(HIGH_HZ, 0.3),)
_TWO_RISING = (Tone(SOFT_HZ, 0.15), Tone(None, 0.05), Tone(HIGH_HZ, 0.25))
_ONE_LOW = (Tone(LOW_HZ, 0.4),)
_TWO_LOW = (Tone(LOW_HZ, 0.3), Tone(None, 0.1), Tone(LOW_HZ, 0.3))
_ONE_SHORT = (Tone(SHORT_HZ, 0.15),)


@dataclass(frozen=True, slots=True)
class _Look:
    """A row of the table. The colour is the screen's."""

    tones: tuple[Tone, ...] = ()
    shows_cubby: bool = False
    pulse_s: float = 0.0
    repeat_s: float = 0.0
    is_dim: bool = False


# Of a sign that is for somebody, and of one that only waits, for hours.
_BRIGHT = {Profile.NORMAL: 1.0, Profile.LOW_SENSORY: 0.25}
_DIM = {Profile.NORMAL: 0.2, Profile.LOW_SENSORY: 0.1}

_LOOKS: Mapping[Sign, _Look] = {
    Sign.READY: _Look(is_dim=True),
    Sign.PUT_IN: _Look(_ONE_SOFT, shows_cubby=True),
    Sign.DONE: _Look(_TWO_RISING),
    Sign.TAKE: _Look(_ONE_HIGH, shows_cubby=True),
    Sign.NOTED: _Look(_TWO_RISING),
    Sign.WAIT: _Look(),
    Sign.NOT_YET: _Look(_ONE_LOW),
    Sign.ASK_OFFICE: _Look(_ONE_LOW),
    Sign.ONE_CARD: _Look(_ONE_LOW),
    Sign.FULL: _Look(_ONE_LOW),
    Sign.SHUT_DOOR: _Look(_ONE_SHORT, shows_cubby=True, pulse_s=PULSE_S, repeat_s=10.0),
    Sign.NOTHING_HERE: _Look(_ONE_LOW),
    Sign.ALREADY_IN: _Look(_TWO_RISING),
    Sign.CLOSED: _Look(),
    Sign.BROKEN: _Look(),
    Sign.NEXT_CARD: _Look(_ONE_SHORT),
    Sign.ENTER_PIN: _Look(_ONE_SHORT),
    Sign.WRONG_PIN: _Look(_ONE_LOW),
    Sign.CONFIRM_TIME: _Look(_ONE_SHORT),
    Sign.LEAVE: _Look(_TWO_LOW),
}

# One sign for each thing that a pupil does next: those that do the same may look the same.
TO_TELL_APART = (
    Sign.READY,
    Sign.PUT_IN,
    Sign.TAKE,
    Sign.DONE,
    Sign.ASK_OFFICE,
    Sign.SHUT_DOOR,
    Sign.BROKEN,
    Sign.CLOSED,
)


def profile_for(show: Show, kiosk: Profile) -> Profile:
    """How a sign is shown: as calmly as the whole kiosk is, or as whom it is for needs it."""
    return Profile.LOW_SENSORY if show.to.is_low_sensory else kiosk


def signal(show: Show, kiosk: Profile) -> Signal:
    """What shines and sounds for a sign. ``kiosk``: the profile of the whole kiosk."""
    look, profile = _LOOKS[show.sign], profile_for(show, kiosk)
    colour = FACES[show.sign].colour
    brightness = (_DIM if look.is_dim else _BRIGHT)[profile]
    steady = Signal(colour, 0.0 if colour == "off" else brightness, _cubbies(look, show))
    if profile is Profile.LOW_SENSORY:
        return steady
    return replace(steady, pulse_s=look.pulse_s, tones=look.tones, repeat_s=look.repeat_s)


def level_at(shown: Signal, since_s: float) -> LightState:
    """What of a signal shines and sounds so many seconds (0 or more) after it was first shown."""
    is_lit = not shown.pulse_s or since_s % shown.pulse_s < shown.pulse_s / 2
    return LightState(
        shown.lamp,
        shown.brightness,
        shown.cubbies if is_lit else frozenset(),
        _tone_at(shown, since_s),
    )


def stays_s(show: Show, kiosk: Profile, done_s: float = DONE_S) -> float:
    """Seconds that a sign stays on the screen; 0 until something else happens. ``done_s``: of those
    that say that all is done."""
    is_calm = profile_for(show, kiosk) is Profile.LOW_SENSORY
    seconds = done_s if show.sign in ALL_DONE else FACES[show.sign].stays_s
    return seconds * (LONGER if is_calm else 1)


def alike(fitted: Fitted, profile: Profile) -> list[tuple[Sign, ...]]:
    """Signs that a pupil has to act on differently, and that this kiosk's lights and sounds alone
    do not tell apart: a screen has to. Brightness tells nothing to the eye."""
    groups: dict[tuple[object, ...], list[Sign]] = {}
    for sign in TO_TELL_APART:
        groups.setdefault(_impression(sign, fitted, profile), []).append(sign)
    return [tuple(signs) for signs in groups.values() if len(signs) > 1]


def self_test(fitted: Fitted, cubbies: Collection[int], profile: Profile) -> tuple[Step, ...]:
    """Everything fitted once, one after the other: the lamp's colours, each cubby, one tone."""
    return tuple(_self_test(fitted, cubbies, profile))


def _cubbies(look: _Look, show: Show) -> frozenset[int]:
    if not look.shows_cubby or show.cubby is None:
        return frozenset()
    return frozenset({show.cubby})


def _tone_at(shown: Signal, since_s: float) -> float | None:
    left_s = since_s % shown.repeat_s if shown.repeat_s else since_s
    for tone in shown.tones:
        if left_s < tone.seconds:
            return tone.hz
        left_s -= tone.seconds
    return None


def _impression(sign: Sign, fitted: Fitted, profile: Profile) -> tuple[object, ...]:
    whole = signal(Show(sign, cubby=1), profile)
    return (
        whole.lamp if fitted.lamp else None,
        (whole.cubbies, bool(whole.pulse_s)) if fitted.cubby_lamps else None,
        (whole.tones, bool(whole.repeat_s)) if fitted.buzzer else None,
    )


def _self_test(fitted: Fitted, cubbies: Collection[int], profile: Profile) -> Iterator[Step]:
    is_calm = profile is Profile.LOW_SENSORY
    seconds, brightness = 1.0 if is_calm else 0.4, _BRIGHT[profile]
    if fitted.lamp:
        for colour in ("red", "green", "blue", "white"):
            yield Step(f"the lamp in {colour}", LightState(colour, brightness), seconds)
    if fitted.cubby_lamps:
        for cubby in sorted(cubbies):
            state = LightState(cubbies=frozenset({cubby}))
            yield Step(f"the lamp of cubby {cubby}", state, seconds)
    if fitted.buzzer and not is_calm:
        yield Step("a tone", LightState(tone=SOFT_HZ), seconds)
