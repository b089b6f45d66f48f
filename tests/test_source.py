"""What no line of the program may do: looked for in its text, as no run would show it."""

import ast
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(p for part in ("kiosk", "hardware", "webui") for p in (ROOT / part).rglob("*.py"))
SCRIPTS = sorted((ROOT / "webui" / "static").glob("*.js"))
# Who connects to anything, and to what: the system's own sockets on this machine.
CONNECTS = {
    "kiosk/control.py": "the control socket, of this machine's users",
    "kiosk/doctor.py": "whether that socket answers",
    "kiosk/systemd.py": "the service manager",
}
SENDS = "kiosk/outgoing/posting.py"  # to the programs that the config names
UNPICKLES = {"kiosk/examination.py", "kiosk/orders/apart.py"}  # from the daemon that started them
# Chance that nobody is kept out by: invented pupils, and faults of simulated parts.
BY_LOT = re.compile(r"kiosk/(demo/|cli/demo)|hardware/simulated/")


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> Sequence[ast.Import | ast.ImportFrom | ast.Call]:
    """Every import and every call of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.Import, ast.ImportFrom, ast.Call)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, and every name from one, with dots."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def called(path: Path) -> Sequence[tuple[str, ast.Call]]:
    """Every call, by what is called as it is written."""
    return [(ast.unparse(node.func), node) for node in nodes(path) if isinstance(node, ast.Call)]


def importing(*modules: str) -> set[str]:
    """The files that import one of these modules, or something of them."""
    wanted = tuple(f"{module}." for module in modules)
    return {name(p) for p in SOURCES for m in imported(p) if f"{m}.".startswith(wanted)}


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_no_text_becomes_code_and_no_shell_is_asked(path: Path) -> None:
    calls = called(path)
    assert not {"eval", "exec", "compile", "os.system", "os.popen"} & {what for what, _ in calls}
    assert not [c for _, c in calls for k in c.keywords if k.arg == "shell"]
    assert "render_template_string" not in path.read_text(encoding="utf-8")


def test_objects_are_made_only_of_what_the_kiosk_itself_wrote() -> None:
    loads = {name(p) for p in SOURCES for what, _ in called(p) if what == "pickle.load"}
    assert loads == UNPICKLES
    assert importing("marshal", "shelve", "yaml", "lxml") == set()
    assert importing("xml") == {"kiosk/roster/markup.py"}  # which refuses a document type


def test_nothing_connects_to_anything_but_those_that_are_named() -> None:
    opens = {
        name(path)
        for path in SOURCES
        for what, _ in called(path)
        if what in ("socket.socket", "socket.create_connection")
    }
    clients = {
        f"{module}.{what}"
        for module, names in {"http.client": ("HTTPConnection", "HTTPSConnection")}.items()
        for what in names
    }
    assert opens == CONNECTS.keys()
    assert {name(p) for p in SOURCES if clients & set(imported(p))} == {SENDS}
    assert importing("apprise") == {"kiosk/outgoing/apprised.py"}
    libraries = ("urllib.request", "requests", "httpx", "urllib3", "smtplib", "ftplib", "socks")
    assert importing(*libraries) == set()


def test_what_nobody_may_guess_is_not_drawn_by_lot() -> None:
    assert [each for each in importing("random") if not BY_LOT.match(each)] == []


def test_no_digest_is_made_by_a_broken_function() -> None:
    weak = re.compile(r"\b(md5|sha1|SHA1|MD5|ECB|PKCS1v15|ARC4|TripleDES|RC2)\b")
    assert [name(p) for p in SOURCES if weak.search(p.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda p: p.name)
def test_no_script_keeps_anything_in_the_browser_or_listens_to_other_pages(path: Path) -> None:
    kept = r"localStorage|sessionStorage|indexedDB|document\.cookie|postMessage|\beval\(|Function\("
    assert not re.search(kept, path.read_text(encoding="utf-8"))


def test_every_package_is_pinned_by_the_digest_of_its_files() -> None:
    for lock in sorted((ROOT / "requirements").glob("*.txt")):
        packages = re.split(r"^(?=[A-Za-z0-9])", lock.read_text(encoding="utf-8"), flags=re.M)[1:]
        assert packages
        for package in packages:
            assert re.match(r"[\w.\[\]-]+==\S+", package), package
            assert "--hash=sha256:" in package, package


def test_every_package_that_is_named_has_a_lower_bound_and_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lock = (ROOT / "requirements" / "base.txt").read_text(encoding="utf-8").lower()
    for wanted in project["dependencies"]:
        package, bound, _ = re.split(r"(>=)", wanted, maxsplit=1)
        assert bound, wanted
        assert re.search(rf"^{re.escape(package.lower())}==", lock, re.M), package


def test_the_rules_of_security_are_among_those_of_every_check() -> None:
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"][
        "lint"
    ]
    assert "S" in lint["select"]
    assert {rule for rule in lint["ignore"] if rule.startswith("S")} == {"S105", "S603"}
    of_files = {
        rule: {path for path, rules in lint["per-file-ignores"].items() if rule in rules}
        for rule in ("S104", "S301", "S311", "S704")
    }
    assert of_files["S301"] == UNPICKLES
    assert of_files["S104"] == {"webui/server.py"}
    assert of_files["S704"] == {"webui/cabinet.py", "webui/pictures.py"}
    whole = {path for path, rules in lint["per-file-ignores"].items() if "S" in rules}
    assert whole == {"tests/**", "benchmarks/**"}
