"""Verbs for the record itself: is it whole, keep a copy, put one back, take it along."""

import json
import os
import pwd
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

import click

from kiosk import bootstrap
from kiosk.cli.files import check_new_file
from kiosk.cli.place import Place, Who, as_json, in_a_name, on_a_kiosk, say
from kiosk.config import Config
from kiosk.errors import AlreadyRunning, BadInput, KioskError
from kiosk.policy.roles import Permission
from kiosk.restoring import restore_record
from kiosk.store import export as exporting
from kiosk.store.backup import make_backup
from kiosk.store.damage import repair_words
from kiosk.store.mending import mend
from kiosk.store.restore import check_backup
from kiosk.store.snapshot import take_snapshot
from kiosk.store.verify import Anchor, Verified, chain_of
from kiosk.store.verify import verify as verify_record

_MOST_FINDINGS = 20


@click.command()
@on_a_kiosk
@click.option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="NUMBER:SEAL",
    help="As an earlier verification or backup printed it; more than once for several.",
)
@as_json
def verify(place: Place, anchors: tuple[str, ...], in_json: bool) -> None:
    """Look for anything in the record that was changed after the fact, running or not.

    Keep the anchor it prints somewhere else: with it, a record that lost its end is found out.
    """
    config = place.load()
    keys = bootstrap.open_keys(config)
    given = [_anchor(text) for text in anchors]
    with take_snapshot(config.kiosk.data) as snapshot:
        result = verify_record(snapshot, chain_of(keys, config.kiosk.id), given)
    say(json.dumps(_verified_json(result)) if in_json else _verified_words(result))
    if result.findings:
        typo = ", or an anchor was mistyped" if given else ""
        helps = "`kiosk repair --from` a backup" if result.files else "compare with a backup"
        raise KioskError(
            f"the record is not as it was written ({len(result.findings)} found{typo}). Keep a "
            f"copy of the data folder, and {helps}"
        )
    if given and not in_json:
        say(f"It has what {'the anchor says' if len(given) == 1 else 'all the anchors say'}.")


def _anchor(text: str) -> Anchor:
    number, _, seal = text.partition(":")
    if not number.isdigit() or not seal:
        raise BadInput(f"{text!r} is no anchor: it is a number, a colon and a seal")
    return int(number), seal


def _verified_json(result: Verified) -> dict[str, object]:
    return {
        "events": result.events,
        "segments": result.segments,
        "anchor": f"{result.anchor[0]}:{result.anchor[1]}",
        "known_losses": result.known_losses,
        "findings": [{"seq": f.seq, "what": f.what} for f in result.findings],
    }


def _verified_words(result: Verified) -> str:
    lines = [str(finding) for finding in result.findings[:_MOST_FINDINGS]]
    if len(result.findings) > _MOST_FINDINGS:
        lines.append(f"and {len(result.findings) - _MOST_FINDINGS} more")
    lines += [
        f"events {a} to {b} were lost to damage, as is on record" for a, b in result.known_losses
    ]
    if not result.findings:
        lines.append(
            f"Every event is as it was written: {result.events} events here, "
            f"{result.segments} segments of history.\n"
            f"Anchor: {result.anchor[0]}:{result.anchor[1]}"
        )
    return "\n".join(lines)


def _check_owner(data: Path) -> None:
    """Files that another user makes in the data folder are files that the kiosk cannot open."""
    if data.exists() and data.stat().st_uid != os.geteuid():
        owner = pwd.getpwuid(data.stat().st_uid).pw_name
        raise BadInput(
            f"{data} belongs to {owner}: run this as that user, sudo -u {owner} kiosk ..."
        )


@click.command()
@on_a_kiosk
@click.option(
    "--from",
    "backup_file",
    metavar="BACKUP",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Take damaged or missing segments of history from this backup, running or not.",
)
def repair(place: Place, backup_file: Path | None) -> None:
    """Save what is sound of a damaged record, beside the original, and say what is lost.

    `kiosk run` does the same by itself; a record that is whole is left alone. Both are of the open
    file, which has the latest events; history that is damaged comes back from a backup alone.
    """
    config = place.load()
    _check_owner(config.kiosk.data)
    if backup_file is not None:
        _mend(place, config, backup_file)
        return
    opened = bootstrap.OpenRecord.of(config, mends=True)
    try:
        done = opened.store.repaired
        say("The record is whole; nothing was done." if done is None else f"{repair_words(done)}.")
    finally:
        opened.store.close()


def _mend(place: Place, config: Config, file: Path) -> None:
    """Segments from a backup; then the whole record is looked through, and the kiosk told."""
    keys = bootstrap.open_keys(config)
    done = mend(file, config.kiosk.data, keys)
    for name in done.back:
        say(f"{name} is back, as it was written.")
    if not done.back and not done.still:
        say("Every segment of history is as it was written; nothing was done.")
    with take_snapshot(config.kiosk.data) as snapshot:
        result = verify_record(snapshot, chain_of(keys, config.kiosk.id))
    try:
        place.ask("scrubbed", findings=len(result.findings), files=result.files)
    except KioskError as fault:
        click.echo(f"kiosk: the kiosk could not be told: {fault}", err=True)
    if done.still:
        raise KioskError(
            f"{file} does not have {', '.join(done.still)} as they were written: take another "
            "backup, made after they were and before they were damaged"
        )
    if result.findings:
        raise KioskError(
            f"history is whole, but the record is not as it was written: {result.findings[0]}; "
            "`kiosk verify` tells all"
        )


@click.command()
@on_a_kiosk
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(place: Place, file: Path) -> None:
    """Write the record to one new FILE, running or not. Keys are not in it: copy them as well."""
    check_new_file(file)
    config = place.load()
    keys = bootstrap.open_keys(config)
    made = make_backup(config.kiosk.data, file, keys, config.kiosk.id, datetime.now(UTC))
    seq, seal = made.anchor
    try:
        place.ask("backup_made", seq=seq, seal=seal, sha256=made.sha256)
    except KioskError as fault:
        click.echo(f"kiosk: the backup is whole, but not on record: {fault}", err=True)
    say(f"{file}: {made.size} bytes, up to event {seq}.\nAnchor: {seq}:{seal}")
    if made.findings:
        raise KioskError(
            f"the backup is made, but the record is not as it was written: {made.findings[0]}; "
            "`kiosk verify` tells all"
        )


@click.command()
@on_a_kiosk
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--check", is_flag=True, help="Only check the backup; change nothing.")
def restore(place: Place, file: Path, check: bool) -> None:
    """Put the record of a backup FILE in the place of what is there, which is kept aside.

    The kiosk must be stopped. Every cubby then has to be looked into once.
    """
    config = place.load()
    keys = bootstrap.open_keys(config, for_restore=True)
    if check:
        config.kiosk.data.mkdir(mode=0o700, parents=True, exist_ok=True)
        result = check_backup(file, config.kiosk.data, keys, config.kiosk.id)
        say(f"{file}: as it was made, {result.events} events, up to event {result.anchor[0]}.")
        for finding in result.findings[:_MOST_FINDINGS]:
            say(f"known when it was made: {finding}")
        return
    _check_owner(config.kiosk.data)
    try:
        kept = restore_record(config, keys, file)
    except AlreadyRunning:
        # Nobody stops a kiosk for a file that is none.
        check_backup(file, config.kiosk.data, keys, config.kiosk.id)
        raise
    say("The record was put back. What the kiosk knew of its cubbies is from then: look inside.")
    if kept is not None:
        say(f"The record that was there is kept in {kept}.")


@click.group()
def export() -> None:
    """Take the record along."""


@export.command("events")
@in_a_name
@click.option("--output", "-o", type=click.File("w", encoding="utf-8"), default="-")
def export_events(place: Place, who: Who, output: TextIO) -> None:
    """Every event that the asker may be shown as CSV, oldest first, safe to open in a spreadsheet.

    No names are in it."""
    may_see = frozenset(map(Permission, place.ask("permissions", **who)["permissions"]))
    with take_snapshot(place.load().kiosk.data) as snapshot:
        out = sys.stdout if output.name == "<stdout>" else output
        missed = exporting.write_csv(snapshot, out, may_see)
    if missed:
        raise KioskError(
            f"it is written, but {missed} of the record's events could not be read: `kiosk verify` "
            "tells where the damage is; a backup may have them"
        )
