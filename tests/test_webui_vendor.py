"""What others made is as they made it, and nothing is fetched from outside."""

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

import webui

ROOT = Path(webui.__file__).parent
VENDOR = ROOT / "static" / "vendor"
FILES = tomllib.loads((VENDOR / "MANIFEST.toml").read_text())["file"]
OUTSIDE = re.compile(r"https?://|[\"'(=\s]//\w|@import", re.IGNORECASE)
OURS = [
    path
    for path in sorted(ROOT.rglob("*"))
    if path.suffix in {".html", ".css", ".js", ".svg"} and VENDOR not in path.parents
]
NAMESPACE = 'xmlns="http://www.w3.org/2000/svg"'  # a name, which no browser fetches


def checksum(name: str) -> str:
    return hashlib.sha256((VENDOR / name).read_bytes()).hexdigest()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["name"])
def test_a_vendored_file_and_its_licence_are_as_the_manifest_says(file):
    assert checksum(file["file"]) == file["sha256"]
    assert checksum(file["licence_file"]) == file["licence_sha256"]


def test_nothing_is_vendored_that_the_manifest_does_not_name():
    named = {file[key] for file in FILES for key in ("file", "licence_file")}
    assert {path.name for path in VENDOR.iterdir()} == {*named, "MANIFEST.toml"}


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_no_page_script_or_stylesheet_names_an_address_outside(path):
    text = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.MULTILINE).replace(NAMESPACE, "")
    assert OUTSIDE.findall(text) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file["name"])
def test_no_vendored_file_fetches_from_outside(file):
    text = re.sub(r"/\*.*?\*/", "", (VENDOR / file["file"]).read_text(), flags=re.DOTALL)
    text = re.sub(r"http://www\.w3\.org/\d+/\w+", "", text)
    assert re.findall(r"https?://|url\([\"']?//|@import", text) == []


@pytest.mark.parametrize(
    "path", [path for path in OURS if path.suffix == ".html"], ids=lambda path: path.name
)
def test_no_page_has_scripts_styles_or_handlers_of_its_own(path):
    text = path.read_text()
    found = re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=|hx-on|javascript:", text)
    assert found == []
