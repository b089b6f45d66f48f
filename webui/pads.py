"""The PIN pad on the pupils' screen: for the staff card that waits for its PIN, for nobody else.

A pad is known by a mark that only a page of ours can have: it tells nobody whose card it was. Tries
go one after another, and each is on record before the next is looked at: nobody guesses faster than
the lock counts.
"""

import hmac
import threading
from hashlib import sha256

from kiosk.acts import Sign
from kiosk.drafting import Armed
from kiosk.messages.pins import EnterPin
from kiosk.pins import MAX_DIGITS
from kiosk.service import Service
from webui.password_check import PasswordCheck

PADDED = frozenset({Sign.ENTER_PIN, Sign.WRONG_PIN})


class Pads:
    """``key`` makes the marks: nobody else has it, and it ends with the process."""

    def __init__(self, service: Service, passwords: PasswordCheck, key: bytes) -> None:
        self._service = service
        self._passwords = passwords
        self._key = key
        self._turn = threading.Lock()

    def now(self) -> str:
        """The mark of the pad that is to be shown; "" where none is."""
        armed = self._waiting()
        return self._mark(armed) if armed and self._service.screen().sign in PADDED else ""

    def enter(self, mark: str, pin: str) -> bool:
        """Somebody typed a PIN on the pad of that mark; whether it was right.

        Raises:
            Busy: too many passwords are being checked.
        """
        with self._turn:
            armed = self._waiting()
            if armed is None or not hmac.compare_digest(self._mark(armed), mark):
                return False
            person = self._service.standing().roster.people.get(armed.person)
            if person is None or not person.has_pin:
                return False
            fits = self._passwords.fits(person.pin_hash, pin[:MAX_DIGITS])
            entered = EnterPin(armed.person, armed.mono, fits and len(pin) <= MAX_DIGITS)
            return self._service.submit(entered).granted

    def _waiting(self) -> Armed | None:
        armed = self._service.standing().memory.armed
        return armed if armed is not None and armed.needs_pin else None

    def _mark(self, armed: Armed) -> str:
        whose = f"{armed.person} {armed.mono!r}".encode()
        return hmac.new(self._key, whose, sha256).hexdigest()[:32]
