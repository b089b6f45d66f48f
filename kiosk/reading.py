"""The half of the ``Service`` that only reads: the same for a running kiosk and one at rest."""

from collections.abc import Collection
from itertools import islice
from typing import Any

from kiosk.acts import Note, SchoolFile
from kiosk.core import Core
from kiosk.drafting import Rules, Standing, Versions
from kiosk.events import Event, Moment
from kiosk.messages.forgetting import ErasePerson
from kiosk.staff.acting import private_id
from kiosk.store import History, Query
from kiosk.taps.facts import current_phase
from kiosk.timetable import Phase
from kiosk.tokens import TokenUses


class Reading:
    """Reads a core from any thread: what it hands out is immutable, and its history only grows."""

    def __init__(self, core: Core, *, school: str) -> None:
        self._core = core
        self.school = school
        self.token_uses = TokenUses()

    @property
    def rules(self) -> Rules:
        """The rules in force."""
        return self._core.rules

    def standing(self) -> Standing:
        """The state, the people and what is remembered, as of now."""
        return self._core.standing

    def now(self) -> Moment:
        """Now, by the kiosk's clock."""
        return self._core.clock.now()

    def phase(self) -> Phase | None:
        """The phase now; None while the clock is not trusted."""
        return current_phase(self.rules, self.standing(), self.now())

    def events(self, *, limit: int = 50, **query: Any) -> list[Event]:
        """Past events, newest first. See ``Service.events``."""
        return list(islice(self._core.history.newest_first(Query(**query)), limit))

    def history(self) -> History:
        """Everything that happened."""
        return self._core.history

    def anchor(self) -> tuple[int, str]:
        """See ``Service.anchor``."""
        return self._core.anchor

    def school_file(self) -> SchoolFile | None:
        """See ``Service.school_file``."""
        return self._core.school

    def versions(self) -> Versions:
        """See ``Service.versions``."""
        return Versions(self._core.machine_rules, dict(self._core.schools))

    def private_note(self, seq: int) -> Note | None:
        """See ``Service.private_note``."""
        note = self._core.words.get(private_id(seq))
        return note if note is not None and note.kind else None

    def note(self, id: str) -> str:
        """The words of a note; "" for none."""
        note = self._core.words.get(id)
        return note.text if note is not None and not note.kind else ""

    def private_notes(self, kinds: Collection[str]) -> list[Note]:
        """See ``Service.private_notes``."""
        return [note for note in list(self._core.words.values()) if note.kind in kinds]

    def erasure(self, actor: str, person: str) -> ErasePerson:
        """See ``Service.erasure``."""
        return self._core.erasure(actor, person)
