"""Forms that act once, however often they are sent."""

import re
import threading
from collections import OrderedDict

from flask import abort

_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
MOST = 10_000  # forms of some days; the oldest are forgotten first


class Once:
    """The forms that were sent already, by the random token that each was made with.

    A form is good for as long as the session that it was made in, and sessions end with the
    process; so nothing has to be kept longer.
    """

    def __init__(self) -> None:
        self._sent: OrderedDict[str, None] = OrderedDict()
        self._guard = threading.Lock()

    def is_first(self, token: str) -> bool:
        """Whether this form is sent for the first time. What is no token is a bad request."""
        if not _TOKEN.fullmatch(token):
            abort(400)
        with self._guard:
            if token in self._sent:
                return False
            self._sent[token] = None
            while len(self._sent) > MOST:
                self._sent.popitem(last=False)
        return True

    def forget(self, token: str) -> None:
        """What the form asked for did not happen: it may be sent again."""
        with self._guard:
            self._sent.pop(token, None)
