"""The resources are the same wherever OpsDesk runs from: this tree, a wheel, a zip archive."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import msgspec
import pytest

from opsdesk.catalogue import resources

ROOT = Path(__file__).parents[3]
FOLDERS = {
    "catalogue": ".toml",
    "packs": ".toml",
    "pages": ".toml",
    "themes": ".toml",
    "icons/glyphs": ".svg",
    "icons/tray": ".png",
}
MODULE = Path("opsdesk", "catalogue", "resources.py")
LEFT_OUT = (".*", "node_modules", "__pycache__", "build", "*.egg-info")

# Runs with nothing on its path but the standard library, what OpsDesk needs, and OpsDesk itself.
READ_ALL = """
import hashlib, json, sys
sys.path[:0] = [sys.argv[1]]
sys.path.append(sys.argv[2])
from opsdesk.catalogue import data, metrics, packs, pages, resources
found = {
    f"{folder}/{name}": hashlib.sha256(resources.read_bytes(f"{folder}/{name}")).hexdigest()
    for folder, suffix in json.loads(sys.argv[3]).items()
    for name in resources.names(folder, suffix)
}
catalogue = metrics.load()
print(json.dumps({
    "from": resources.__file__,
    "files": found,
    "metrics": list(catalogue),
    "pages": [page.id for page in pages.load(catalogue)],
    "packs": [pack.id for pack in packs.load()],
    "theme": data.decode(resources.read_text("themes/dark.toml"), dict, "dark")["title"],
}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a wheel, built of a copy of this tree: building leaves files behind."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT))
    build = ["wheel", "--no-deps", "--no-build-isolation", "--no-index", "-w", folder, tree]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *build]
    done = subprocess.run(command, capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("opsdesk-*.whl"))


def on_disk() -> dict[str, str]:
    return {
        f"{folder}/{path.name}": hashlib.sha256(path.read_bytes()).hexdigest()
        for folder, suffix in FOLDERS.items()
        for path in (ROOT / "resources" / folder).glob(f"*{suffix}")
    }


def read_all(place: Path) -> dict[str, object]:
    """Read every resource in a process that knows OpsDesk from ``place`` alone."""
    arguments = [str(place), sysconfig.get_path("purelib"), json.dumps(FOLDERS)]
    command = [sys.executable, "-I", "-S", "-c", READ_ALL, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    found = msgspec.json.decode(done.stdout, type=dict[str, object])
    assert str(found["from"]).startswith(str(place))
    return found


def test_an_editable_install_reads_the_files_of_this_tree() -> None:
    found = {
        f"{folder}/{name}": hashlib.sha256(resources.read_bytes(f"{folder}/{name}")).hexdigest()
        for folder, suffix in FOLDERS.items()
        for name in resources.names(folder, suffix)
    }
    assert found == on_disk()
    assert set(FOLDERS) == {name.rpartition("/")[0] for name in found}


def test_an_installed_wheel_reads_the_same(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    found = read_all(tmp_path)
    assert found["files"] == on_disk()
    assert "errors.rate" in found["metrics"]
    assert "overview" in found["pages"]
    assert "resilience4j" in found["packs"]
    assert found["theme"] == "Dark"


def test_so_does_what_is_imported_out_of_an_archive(wheel: Path, tmp_path: Path) -> None:
    """A frozen application reads through a loader of its own, by the protocol that a zip uses."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    assert read_all(wheel) == read_all(tmp_path) | {"from": str(wheel / MODULE)}


def test_a_wheel_holds_the_application_and_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"opsdesk"}
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "opsdesk").rglob("*.py")}
    assert modules <= set(names)
    assert not [name for name in names if name.endswith((".pyc", ".tmp", "~"))]


def test_a_resource_that_is_not_there_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        resources.read_text("themes/none.toml")
