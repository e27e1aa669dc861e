"""A wall that nothing can break is not known to stand: plant a violation, run the real tool.

Each case copies the real tree, adds one bad line to one real file and reads the name of the
broken contract (or the rule's code) in the tool's own output.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent

IMPORTS = [
    ("one way down", "people/types.py", "import doorstep.casefile.types"),
    (
        "one way down inside a capability",
        "casefile/models.py",
        "import doorstep.casefile.services.facts",
    ),
    ("kernel knows no Django", "kernel/money.py", "import django.db"),
    ("rules and types are pure", "casefile/types.py", "import django.db"),
    (
        "capabilities are entered through their doors",
        "care/apps.py",
        "import doorstep.casefile.queries",
    ),
    ("the simulator uses only doors", "simulator/apps.py", "import doorstep.casefile.models"),
    (
        "only the gate mints clearances",
        "compliance/queries.py",
        "from doorstep.compliance.minting import SEAL",
    ),
]
LINT = [
    ("TID251", "casefile/queries.py", "from django.db.models.signals import post_save\n"),
    ("TID251", "casefile/queries.py", "import datetime as d\nNOW = d.date.today()\n"),
    ("DTZ", "casefile/queries.py", "import datetime as d\nNOW = d.datetime.utcnow()\n"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    copy = tmp_path_factory.mktemp("tree")
    for name in ("src", "scripts", ".importlinter", "pyproject.toml"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, copy / name)
    return copy


@pytest.fixture
def plant(tree):
    changed: list[tuple[Path, str]] = []

    def add(file: str, line: str) -> Path:
        path = tree / "src" / "doorstep" / file
        changed.append((path, path.read_text()))
        path.write_text(f"{path.read_text()}\n{line}\n")
        return path

    yield add
    for path, text in changed:
        path.write_text(text)


def _lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    program = (
        f"import sys; sys.path[:0] = [{str(tree / 'src')!r}, {str(tree)!r}]; "
        "from importlinter.cli import lint_imports_command; lint_imports_command()"
    )
    return subprocess.run(
        [sys.executable, "-c", program, "--no-cache"],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(("contract", "file", "line"), IMPORTS, ids=[c for c, _, _ in IMPORTS])
def test_the_import_linter_names_the_broken_wall(tree, plant, contract, file, line):
    plant(file, line)
    done = _lint_imports(tree)
    assert done.returncode != 0
    assert f"{contract} BROKEN" in done.stdout


def test_the_unplanted_copy_stands(tree):
    done = _lint_imports(tree)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("code", "file", "line"), LINT)
def test_ruff_names_the_banned_call(plant, tree, code, file, line):
    path = plant(file, line)
    done = subprocess.run(
        [BIN / "ruff", "check", "--output-format", "concise", path],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert code in done.stdout


def test_mypy_refuses_a_wish_where_a_clearance_is_due(tmp_path):
    program = tmp_path / "program.py"
    program.write_text(
        "from doorstep.kernel.actions import Action\n"
        "from doorstep.compliance.types import Cleared\n"
        "def send(message: Cleared[Action]) -> None: ...\n"
        "def careless(action: Action) -> None:\n"
        "    send(action)\n"
    )
    done = subprocess.run(
        [BIN / "mypy", "--strict", program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 'expected "Cleared[Action]"' in done.stdout, done.stdout + done.stderr
