"""The section of the school file about class boxes: which cubby is which form's."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated

from pydantic import BeforeValidator, Field, StrictInt

from kiosk.errors import key_path
from kiosk.fittings import Section


def _label(value: object) -> object:
    """A form may be written as a number."""
    return str(value) if type(value) is int else value


class BoxSection(Section):
    """A ``cubby`` that is the box of a ``form``: its pupils' taps are noted, and its staff open
    it."""

    form: Annotated[str, BeforeValidator(_label), Field(min_length=1, max_length=60)]
    cubby: StrictInt = Field(ge=1)


def box_faults(boxes: Sequence[BoxSection]) -> Iterator[str]:
    """What is wrong between them: a form has one box, and a cubby is one form's."""
    forms, cubbies = Counter(b.form for b in boxes), Counter(b.cubby for b in boxes)
    for n, box in enumerate(boxes):
        if forms[box.form] > 1:
            yield f"{key_path(('boxes', n, 'form'))}: form {box.form} stands there more than once"
        if cubbies[box.cubby] > 1:
            yield f"{key_path(('boxes', n, 'cubby'))}: cubby {box.cubby} stands there twice"
