"""Whether something that a kiosk is made of is behind: ``make overdue``.

What mends a weakness comes as a release. So nothing that was locked may have had a newer release
for longer than ``DAYS``, unless what else is locked does not allow that one. Asks pip, and npm for
what the browser loads; names what is behind, and then ends with 1.

Source: OWASP ASVS 5.0, 15.1.1 and 15.2.1.
"""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

DAYS = 14
LISTS = ("base.txt", "alerts.txt", "mfrc522.txt")
VENDORED = Path("webui/static/vendor/MANIFEST.toml")
_LOCKED = re.compile(r"^([\w.-]+)==([^\s;\\]+)", re.MULTILINE)
# A driver for the Pi alone: what it needs is not to be had elsewhere, so it is asked for by itself.
_ALONE = "mfrc522"

Versions = Mapping[str, Version]


def main() -> None:
    """Look over everything, or say what is behind."""
    folder, before = Path(__file__).parent, datetime.now(UTC) - timedelta(days=DAYS)
    packages = locked((folder / name).read_text(encoding="utf-8") for name in LISTS)
    files = vendored((folder.parent / VENDORED).read_text(encoding="utf-8"))
    out = {**_on_offer([n for n in packages if n != _ALONE]), **_on_offer([_ALONE], "--no-deps")}
    out |= {name: newest(_run("npm", "view", name, "time"), before) for name in files}
    told = behind({**packages, **files}, out)
    told.append(f"{len(out)} looked at, {len(told)} behind what came out over {DAYS} days ago")
    sys.stdout.writelines(f"{line}\n" for line in told)
    sys.exit(len(told) > 1)


def locked(lists: Iterable[str]) -> Versions:
    """Every package of some lists of ``name==version``."""
    return {canonicalize_name(n): Version(v) for text in lists for n, v in _LOCKED.findall(text)}


def vendored(manifest: str) -> Versions:
    """What the browser loads, by the manifest of it."""
    return {one["name"]: Version(one["version"]) for one in tomllib.loads(manifest)["file"]}


def chosen(report: Mapping[str, Any]) -> Versions:
    """What pip would install, by its report."""
    found = (one["metadata"] for one in report["install"])
    return {canonicalize_name(one["name"]): Version(one["version"]) for one in found}


def newest(times: Mapping[str, str], before: datetime) -> Version:
    """The newest release by then, of when each version was published."""
    names = (name for name, at in times.items() if datetime.fromisoformat(at) <= before)
    versions = (_version(name) for name in names)
    return max(version for version in versions if version and not version.is_prerelease)


def behind(ours: Versions, on_offer: Versions) -> list[str]:
    """A line for each of ours of which a newer version is on offer.

    Raises:
        KeyError: of one nothing is known.
    """
    pairs = ((name, version, on_offer[name]) for name, version in sorted(ours.items()))
    return [f"{name} {version} is behind {out}" for name, version, out in pairs if out > version]


def _version(name: str) -> Version | None:
    try:
        return Version(name)
    except InvalidVersion:  # npm's page has the days it was made and changed beside the versions
        return None


def _on_offer(names: Sequence[str], *more: str) -> Versions:
    """What pip would choose of these together, whatever is installed here."""
    options = ("--dry-run", "--ignore-installed", "--quiet", "--report", "-", *more)
    age = ("--uploaded-prior-to", f"P{DAYS}D")
    return chosen(_run(sys.executable, "-m", "pip", "install", *options, *age, *names))


def _run(*command: str) -> Any:
    asked = [*command, "--json"] if command[0] == "npm" else command
    return json.loads(subprocess.run(asked, check=True, stdout=subprocess.PIPE).stdout)


if __name__ == "__main__":
    main()
