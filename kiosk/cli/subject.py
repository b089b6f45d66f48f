"""Verbs for subject access and legal holds."""

import hashlib
import json
from pathlib import Path

import click

from kiosk.cli.files import check_new, write_new
from kiosk.cli.people import person
from kiosk.cli.place import Json, Place, Who, as_json, in_a_name, say
from kiosk.errors import BadInput
from kiosk.releasing import (
    draft_json,
    draft_page,
    notices,
    read_draft,
    release_json,
    release_page,
)
from kiosk.subject.document import to_html

DRAFT = ("draft.json", "draft.html")
RELEASE = ("release.json", "release.html")
a_folder = click.Path(path_type=Path, file_okay=False)


@person.command("export")
@in_a_name
@click.argument("admission")
@click.option("--output", "-o", required=True, type=a_folder, help="A folder for the draft.")
def person_export(place: Place, who: Who, admission: str, output: Path) -> None:
    """Take together all that is held on the person with that ADMISSION number. Needs --as.

    It is a draft for a reviewer: draft.html to read, draft.json to edit. What they then say is to
    go out, `kiosk person release` writes.
    """
    check_new(output, DRAFT, place.load().kiosk.data)
    made = place.ask("person_export", admission=admission, **who)
    texts = (draft_json(made), to_html(draft_page(made)))
    write_new(output, dict(zip(DRAFT, texts, strict=True)))
    waiting = sum(not item["release"] for item in made["items"])
    say(f"{output / DRAFT[1]}: read it through. {output / DRAFT[0]}: say what goes out.")
    say(f"Items with words of staff in them: {waiting}. They go out only once you say so there.")


@person.command("release")
@in_a_name
@click.argument("draft", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--output", "-o", type=a_folder, help="A folder; that of the draft if none is said.")
def person_release(place: Place, who: Who, draft: Path, output: Path | None) -> None:
    """Write what goes out of a reviewed DRAFT, for the person it is about. Needs --as."""
    config, folder = place.load(), output or draft.absolute().parent
    check_new(folder, RELEASE, config.kiosk.data)
    reviewed = read_draft(_text(draft), str(draft))
    said = notices(reviewed, config.retention)
    page = to_html(release_page(reviewed, said))
    sha256 = hashlib.sha256(page.encode()).hexdigest()
    place.ask("person_released", admission=reviewed.admission, sha256=sha256, **who)
    write_new(folder, dict(zip(RELEASE, (release_json(reviewed, said), page), strict=True)))
    say(f"{folder / RELEASE[1]} is what goes out, {folder / RELEASE[0]} the same for a machine.")
    say(f"Items of the draft that are not in it: {reviewed.left_out}. Nothing in it tells of them.")


def _text(draft: Path) -> str:
    try:
        return draft.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInput(f"{draft}: is no text in UTF-8") from None


@person.group("legal-hold")
def legal_hold() -> None:
    """See that nothing is forgotten about a person, silently. Needs --as."""


@legal_hold.command("place")
@in_a_name
@click.argument("admission")
@click.option("--note", required=True, help="Why, and until when probably.")
def legal_place(place: Place, who: Who, admission: str, note: str) -> None:
    """Let nothing be forgotten of the person with that ADMISSION number.

    Whoever may not know sees no difference: erasing them says and shows the same as ever.
    """
    result = place.ask("legal_hold", admission=admission, note=note, **who)
    say(f"Nothing about {result['person']} is forgotten from now on (number {result['seq']}).")


@legal_hold.command("list")
@in_a_name
@as_json
def legal_list(place: Place, who: Who, in_json: bool) -> None:
    """Print every legal hold."""
    found = place.ask("legal_holds", **who)
    if in_json:
        say(json.dumps(found))
        return
    for each in found["holds"]:
        say(_row(each))


@legal_hold.command("show")
@in_a_name
@click.argument("number", type=int)
def legal_show(place: Place, who: Who, number: int) -> None:
    """Print, as JSON, what legal hold NUMBER has kept back from being forgotten."""
    say(json.dumps(place.ask("legal_show", number=number, **who), indent=1, ensure_ascii=False))


@legal_hold.command("lift")
@in_a_name
@click.argument("number", type=int)
@click.confirmation_option(prompt="What it has kept back is forgotten for good. Go on?")
def legal_lift(place: Place, who: Who, number: int) -> None:
    """Lift legal hold NUMBER: the duty lead alone, as with any note left for them."""
    place.ask("lead_note_act", number=number, act="close", **who)
    say(f"Legal hold {number} is lifted; what it kept back is forgotten.")


def _row(each: Json) -> str:
    return "  ".join(filter(None, (str(each["number"]), each["person"], each["words"])))
