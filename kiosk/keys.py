"""The kiosk's keys: one for card numbers, one for the chain of events. Never in the data."""

import hmac
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import ConfigError

CARD_KEY = "card.key"
CHAIN_KEY = "chain.key"
KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Keys:
    """``card`` makes digests of card numbers, ``chain`` seals the events; 32 bytes each."""

    card: bytes
    chain: bytes

    def fingerprints(self) -> dict[str, str]:
        """What tells these keys from others, without telling them."""
        return {
            name: hmac.digest(key, b"fingerprint", "sha256")[:8].hex()
            for name, key in ((CARD_KEY, self.card), (CHAIN_KEY, self.chain))
        }

    def card_digest(self, kind: str, number: bytes) -> str:
        """What stands for a card at rest: 128 bits of HMAC-SHA256 over kind, length and bytes.

        A plain hash would be found by trying all four-byte numbers, in minutes.
        """
        message = kind.encode() + b"\0" + bytes([len(number)]) + number
        return hmac.digest(self.card, message, "sha256")[:16].hex()


def new_keys(folder: Path) -> Keys:
    """Make both keys, 0600, in a folder made 0700.

    Raises:
        ConfigError: one of them is there already. A lost key means enrolling every card again,
            so none is ever overwritten.
    """
    there = [name for name in (CARD_KEY, CHAIN_KEY) if (folder / name).exists()]
    if there:
        raise ConfigError(
            str(folder), [f"{name} is there already; it is not replaced" for name in there]
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name in (CARD_KEY, CHAIN_KEY):
        _write_key(folder / name, secrets.token_bytes(KEY_BYTES))
    return load_keys(folder)


def load_keys(folder: Path) -> Keys:
    """Read both keys.

    Raises:
        ConfigError: one is missing, of the wrong length, or readable by others.
    """
    faults = [fault for name in (CARD_KEY, CHAIN_KEY) if (fault := _key_fault(folder / name))]
    if faults:
        raise ConfigError(str(folder), faults)
    return Keys(*(bytes.fromhex((folder / n).read_text()) for n in (CARD_KEY, CHAIN_KEY)))


def _key_fault(path: Path) -> str | None:
    if not path.is_file():
        return (
            f"{path.name} is missing: make it with `kiosk key new`, or bring back the backup of it"
        )
    if path.stat().st_mode & 0o077:
        return f"{path.name} can be read by others: chmod 600 {path}"
    try:
        is_whole = len(bytes.fromhex(path.read_text())) == KEY_BYTES
    except ValueError:
        is_whole = False
    return None if is_whole else f"{path.name} is damaged: it must hold {2 * KEY_BYTES} hex digits"


def _write_key(path: Path, key: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(key.hex() + "\n")
        file.flush()
        os.fsync(file.fileno())
