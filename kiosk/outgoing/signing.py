"""How a receiver knows that it was this kiosk, and that nobody sent it again later.

As the specification "Standard Webhooks" has it, for which receivers find libraries: HMAC-SHA-256
over id, time and body, in three headers.
"""

import base64
import hmac
import secrets
from pathlib import Path

from kiosk.errors import ConfigError

MARK = "whsec_"
KEY_BYTES = 32


def new_key(folder: Path, name: str) -> str:
    """Make the key of a webhook, 0600, in place of one that was there; its text, told this once."""
    text = MARK + base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()
    path, fresh = key_file(folder, name), key_file(folder, name).with_suffix(".new")
    fresh.unlink(missing_ok=True)
    fresh.touch(mode=0o600, exist_ok=False)
    fresh.write_text(f"{text}\n")
    fresh.replace(path)
    return text


def load_key(folder: Path, name: str) -> bytes:
    """The key of a webhook.

    Raises:
        ConfigError: it is missing, damaged, or others can read it.
    """
    path = key_file(folder, name)
    if not path.is_file():
        raise ConfigError(str(folder), [f"{path.name} is missing: `kiosk key webhook {name}`"])
    if path.stat().st_mode & 0o077:
        raise ConfigError(str(folder), [f"{path.name} can be read by others: chmod 600 {path}"])
    try:
        return base64.b64decode(path.read_text().strip().removeprefix(MARK), validate=True)
    except ValueError:
        wrong = f"{path.name} is damaged: make another by `kiosk key webhook {name}`"
        raise ConfigError(str(folder), [wrong]) from None


def key_file(folder: Path, name: str) -> Path:
    """Where the key of a webhook lies."""
    return folder / f"webhook-{name}.key"


def signed(key: bytes, id: str, at: int, body: bytes) -> dict[str, str]:
    """The headers that say so. ``at``: seconds since 1970, when it was signed."""
    seal = hmac.digest(key, b"%b.%d.%b" % (id.encode(), at, body), "sha256")
    return {
        "webhook-id": id,
        "webhook-timestamp": str(at),
        "webhook-signature": f"v1,{base64.b64encode(seal).decode()}",
    }
