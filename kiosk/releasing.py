"""A reviewed draft, read back, and what goes out of it."""

import json
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kiosk.arguments import argument_faults
from kiosk.config import RetentionSection
from kiosk.config_in_words import retention_words
from kiosk.days_in_words import written_day
from kiosk.errors import BadInput
from kiosk.subject.document import Page
from kiosk.subject.telling import Section

FORMAT = "a kiosk's draft for subject access, 1"
HOW = (
    "This is for the reviewer, and goes to nobody else.",
    'Each item with "release": true goes out, as its "what" and "words" stand here; all others '
    "leave no trace. Edit the words as needed, then run kiosk person release on this file.",
)
_STRICT = ConfigDict(extra="forbid", strict=True)


class DraftItem(BaseModel):
    """One item, as the reviewer left it."""

    model_config = _STRICT

    item: int
    section: str = Field(min_length=1)
    at: str
    what: str = Field(min_length=1)
    words: str
    review: str
    release: bool


class ReviewedDraft(BaseModel):
    """A draft that somebody has looked through."""

    model_config = _STRICT

    format: str
    how: list[str]
    school: str
    name: str
    admission: str
    made: datetime
    items: list[DraftItem]

    @property
    def left_out(self) -> int:
        """How many items do not go out."""
        return sum(not item.release for item in self.items)

    def rows(self) -> list[dict[str, Any]]:
        """What goes out, and nothing that tells of the rest: no numbers, no marks."""
        order = [section.value for section in Section]
        out = [
            {"section": each.section, "at": each.at, "what": each.what, "words": each.words}
            for each in self.items
            if each.release
        ]
        return sorted(out, key=lambda row: order.index(row["section"]))


def draft_json(made: dict[str, Any]) -> str:
    """The draft as a file that a person edits."""
    return json.dumps({"format": FORMAT, "how": HOW, **made}, indent=1, ensure_ascii=False) + "\n"


def draft_page(made: dict[str, Any]) -> Page:
    """The draft to be read through."""
    return Page(f"DRAFT: what is held on {made['name']}", HOW, made["items"], is_draft=True)


def read_draft(text: str, where: str) -> ReviewedDraft:
    """A draft back from its file. Raises BadInput: it is none, or was damaged; every fault."""
    try:
        draft = ReviewedDraft.model_validate_json(text)
    except ValidationError as faults:
        raise BadInput(
            f"{where}: is no draft that can be released: {argument_faults(faults)}"
        ) from None
    known = {section.value for section in Section}
    if draft.format != FORMAT:
        raise BadInput(f"{where}: says it is {draft.format!r}, and not {FORMAT!r}")
    if unknown := sorted({item.section for item in draft.items} - known):
        raise BadInput(f"{where}: there is no section {', '.join(unknown)}")
    return draft


def release_json(draft: ReviewedDraft, notices: tuple[str, ...]) -> str:
    """What goes out, for a machine to read."""
    made = draft.made.isoformat(timespec="minutes")
    about = {"school": draft.school, "name": draft.name, "made": made, "about": notices}
    return json.dumps({**about, "items": draft.rows()}, indent=1, ensure_ascii=False) + "\n"


def release_page(draft: ReviewedDraft, notices: tuple[str, ...]) -> Page:
    """What goes out, to be read and printed."""
    return Page(f"What is held on {draft.name}", notices, draft.rows())


def notices(draft: ReviewedDraft, kept: RetentionSection) -> tuple[str, ...]:
    """What somebody is told beside what is held on them."""
    made = written_day(draft.made)
    return (
        f"This is what the record of the phone cabinet at {draft.school} holds on {draft.name}, as "
        f"of {made}.",
        "It is kept so that devices go back to their owners, and so that it can be explained what "
        "was done with them. It comes from the school's own roster, from cards held to the "
        "cabinet, and from what staff entered. Staff see as much of it as their work needs.",
        retention_words(kept),
        "You may ask the school to correct what is wrong or to erase what it need not keep, and "
        "you may complain to the Information Commissioner's Office (ico.org.uk).",
    )
