"""A kiosk whose pages are encrypted, from its command line to a browser's PC."""

import re
import ssl
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from kiosk_process import LIMIT_S, KioskProcess

HERE = "127.0.0.2"  # the machine itself, by an address that the config does not take for it
ENCRYPTED = f'host = "{HERE}"\ntrusted_hosts = ["{HERE}"]\n'


@pytest.fixture
def kiosk(tmp_path: Path) -> Iterator[KioskProcess]:
    process = KioskProcess(tmp_path)
    config = tmp_path / "config.toml"
    config.write_text(config.read_text() + ENCRYPTED)
    yield process
    process.close()


def add(kiosk: KioskProcess, lines: str) -> None:
    config = kiosk.folder / "config.toml"
    config.write_text(config.read_text() + lines)


def fingerprints(told: str) -> list[str]:
    return re.findall(r"SHA-256 ([0-9A-F:]{95})\n", told)


def health(kiosk: KioskProcess, authority: Path) -> int:
    """Ask as a PC does that has imported the authority."""
    found = re.findall(r"pages at (https://\S+)", kiosk.log())
    assert found, kiosk.log()
    context = ssl.create_default_context(cafile=str(authority))
    with urllib.request.urlopen(f"{found[-1]}/healthz", timeout=LIMIT_S, context=context) as answer:
        return int(answer.status)


@pytest.mark.parametrize("verb", ["run", "check"])
def test_without_a_certificate_nothing_starts_and_it_says_what_to_type(
    kiosk: KioskProcess, verb: str
) -> None:
    assert "make it with `kiosk key tls`" in kiosk.cli(verb, status=2)
    assert not (kiosk.folder / "keys" / "tls.pem").exists()


@pytest.mark.timeout(240)  # eight processes, one after another
def test_a_certificate_made_here_is_trusted_by_whoever_imports_its_authority(
    kiosk: KioskProcess,
) -> None:
    made = fingerprints(kiosk.cli("key", "tls"))
    authority = kiosk.folder / "authority.crt"

    assert fingerprints(kiosk.cli("key", "authority", str(authority))) == made[1:]
    assert fingerprints(kiosk.cli("check")) == made
    kiosk.start()
    assert health(kiosk, authority) == 200

    renewed = fingerprints(kiosk.cli("key", "tls"))
    assert (renewed[0] != made[0], renewed[1:]) == (True, made[1:])
    kiosk.stop()
    kiosk.start()
    assert health(kiosk, authority) == 200


@pytest.mark.timeout(180)
def test_the_schools_own_certificate_is_served_once_its_key_is_private(
    kiosk: KioskProcess,
) -> None:
    kiosk.cli("key", "tls")
    authority = kiosk.folder / "authority.crt"
    kiosk.cli("key", "authority", str(authority))
    own = (kiosk.folder / "keys" / "tls.pem").rename(kiosk.folder / "school.pem")
    own.chmod(0o644)
    add(kiosk, 'certificate = "school.pem"\ncertificate_key = "school.pem"\n')

    assert "can be read by others" in kiosk.cli("run", status=2)
    own.chmod(0o640)
    kiosk.start()
    assert health(kiosk, authority) == 200


@pytest.mark.timeout(180)
def test_a_certificate_for_other_names_is_served_with_a_warning(kiosk: KioskProcess) -> None:
    kiosk.cli("key", "tls")
    config = kiosk.folder / "config.toml"
    config.write_text(config.read_text().replace(f'["{HERE}"]', f'["{HERE}", "new.local"]'))

    words = "it is not for new.local, which trusted_hosts names"
    assert f"Warning: the pages' certificate: {words}." in kiosk.cli("check")
    assert "--new-authority" in kiosk.cli("key", "tls", status=2)
    kiosk.start()
    assert words in kiosk.log()


def test_a_certificate_for_nobody_is_not_made(kiosk: KioskProcess) -> None:
    kiosk.configure()
    assert "web.trusted_hosts names nobody" in kiosk.cli("key", "tls", status=2)
    assert [path.name for path in (kiosk.folder / "keys").glob("tls*")] == []
