"""Verbs for the keys, and for the pages' certificate."""

from importlib.util import find_spec
from pathlib import Path

import click

from kiosk import bootstrap
from kiosk.cli.place import Place, on_a_kiosk, say
from kiosk.clock import SystemClock
from kiosk.config import Config
from kiosk.errors import BadInput, ConfigError
from kiosk.keys import CARD_KEY, CHAIN_KEY, new_keys
from kiosk.outgoing.apprised import MISSING
from kiosk.outgoing.signing import load_key, new_key
from kiosk.store import FILE_NAME
from kiosk.tls import AUTHORITY_FILE, Certificate, make_files, read_authority


@click.group()
def key() -> None:
    """The kiosk's keys, and the pages' certificate."""


@key.command("new")
@on_a_kiosk
def key_new(place: Place) -> None:
    """Make both keys, once. Keep a copy of them away from the kiosk."""
    kiosk = place.load().kiosk
    folder, record = kiosk.key_dir, kiosk.data / FILE_NAME
    is_new = not any((folder / name).exists() for name in (CARD_KEY, CHAIN_KEY))
    if is_new and record.exists() and record.stat().st_size:
        raise ConfigError(
            str(folder),
            [
                f"no keys are made: {record} was made with others, and cannot be used without them",
                "bring back their copy; or, to begin anew, move the record away",
            ],
        )
    new_keys(folder)
    say(f"Made card.key and chain.key in {folder}. Without them every card is enrolled again.")


@key.command("tls")
@on_a_kiosk
@click.option(
    "--new-authority",
    is_flag=True,
    help="Make the authority anew too. The browsers' PCs must then import it again.",
)
def key_tls(place: Place, new_authority: bool) -> None:
    """Make the key and certificate of the pages, or renew them.

    They are for the names in web.trusted_hosts, and signed by an authority of this device's own.
    Browsers that have imported it (`key authority`) do not warn; it stays when the certificate
    is renewed. A kiosk that runs takes the new certificate when it is restarted.
    """
    config = place.load()
    names = config.web.trusted_hosts
    if not names:
        raise BadInput(
            "web.trusted_hosts names nobody: list the names and addresses that browsers will ask "
            'for, such as "kiosk.local" and "10.0.0.5"'
        )
    now = SystemClock(rtc_battery=config.kiosk.rtc_battery).now()
    made = make_files(
        config.kiosk.key_dir,
        kiosk=config.kiosk.id,
        school=config.school.name,
        names=names,
        now=now,
        new_authority=new_authority,
    )
    say(certificate_words("Certificate", made))
    say(certificate_words("Authority", read_authority(config.kiosk.key_dir)[0]))
    if not now.trusted:
        say(
            "This machine's clock is not synchronised: the certificate is good for ten years, "
            "which Apple's devices refuse. Renew it by the same command once the clock is right."
        )


@key.command("authority")
@on_a_kiosk
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def key_authority(place: Place, file: Path) -> None:
    """Write the authority's certificate to FILE, for the browsers' PCs to import. It is public."""
    authority, pem = read_authority(place.load().kiosk.key_dir)
    file.write_bytes(pem)
    say(certificate_words("Authority", authority))
    say(f"Written to {file}. How to import it: docs/tls.md.")


@key.command("webhook")
@on_a_kiosk
@click.argument("name")
def key_webhook(place: Place, name: str) -> None:
    """Make the key of the webhook NAME, or another in its place. It is shown this once."""
    config = place.load()
    known = [one.name for one in config.tell.webhooks]
    if name not in known:
        named = ", ".join(known) or "none"
        raise BadInput(f'the config names no webhook "{name}"; there are: {named}')
    say(new_key(config.kiosk.key_dir, name))
    click.echo(
        "Give it to the program. A kiosk that runs signs by it from its next start.", err=True
    )


def tell_troubles(config: Config) -> list[str]:
    """What keeps the kiosk from telling those whom the config names."""
    found = []
    for one in config.tell.webhooks:
        try:
            load_key(config.kiosk.key_dir, one.name)
        except ConfigError as fault:
            found += [f"webhook {one.name}: {wrong}" for wrong in fault.faults]
    if config.tell.messages and find_spec("apprise") is None:
        found.append(f"messages: {MISSING}")
    return found


def certificate_lines(config: Config) -> list[str]:
    """What the pages are encrypted with, for whoever compares it with a browser."""
    found = bootstrap.examine_tls(config)
    if found is None or found[1].certificate is None:
        return []
    lines = [certificate_words("Certificate", found[1].certificate)]
    folder = config.kiosk.key_dir
    if not found[0].is_own and (folder / AUTHORITY_FILE).exists():
        lines.append(certificate_words("Authority", read_authority(folder)[0]))
    return lines


def certificate_words(what: str, it: Certificate) -> str:
    """One certificate, with its fingerprint on a line of its own."""
    of = f" {it.in_words()}" if it.names else f", until {it.ends:%Y-%m-%d}"
    return f"{what}{of}.\n  SHA-256 {it.fingerprint}"
