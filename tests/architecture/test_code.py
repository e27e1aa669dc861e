"""The shape of the code, read from the code: what the import linter cannot see."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

SOURCE = Path(__file__).resolve().parents[2] / "src" / "doorstep"
LAYERS = [
    "people",
    "book",
    "casefile",
    "care",
    "verification",
    "delinquency",
    "strategy",
    "compliance",
    "contact",
    "visits",
    "field",
    "negotiation",
    "followup",
    "insight",
    "desk",
    "cycle",
    "simulator",
]
MODELS = [
    m for m in apps.get_models() if m.__module__.startswith("doorstep.") and not m._meta.proxy
]
RULES = sorted(
    p for p in SOURCE.glob("*/rules/**/*.py") if "tests" not in p.parts and p.name != "__init__.py"
)
PYTHON = sorted(
    p for p in SOURCE.rglob("*.py") if "migrations" not in p.parts and "tests" not in p.parts
)
TEMPLATES = sorted(SOURCE.rglob("templates/**/*.html"))


def _name(path: Path) -> str:
    return str(path.relative_to(SOURCE))


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_foreign_keys_point_left(model):
    own = model._meta.app_label
    for field in model._meta.get_fields():
        target = getattr(field, "related_model", None)
        if not field.concrete or target is None or target._meta.app_label not in LAYERS:
            continue
        assert LAYERS.index(target._meta.app_label) <= LAYERS.index(own), (
            f"{model._meta.label}.{field.name} points right, to {target._meta.label}"
        )
        assert field.remote_field.related_name == "+", f"{model._meta.label}.{field.name}"


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m._meta.label)
def test_every_table_says_what_personal_data_it_holds(model):
    assert "Personal data:" in (model.__doc__ or ""), (
        f"{model._meta.label}: end the docstring with 'Personal data: …' or 'Personal data: none.'"
    )


def _has_case(model) -> bool:
    return any(f.name == "case" for f in model._meta.get_fields() if f.concrete)


@pytest.mark.parametrize("model", [m for m in MODELS if _has_case(m)], ids=lambda m: m._meta.label)
def test_every_case_bound_row_carries_its_scope(model):
    names = {f.name for f in model._meta.get_fields()}
    assert {"lender", "agency", "mandate"} <= names
    assert hasattr(model._default_manager.all(), "seen_by")


def test_every_rule_and_type_imports_without_django():
    modules = [
        "doorstep." + ".".join(p.relative_to(SOURCE).with_suffix("").parts)
        for p in [*RULES, *SOURCE.glob("*/types.py"), *SOURCE.glob("kernel/*.py")]
    ]
    program = (
        "import importlib, sys\n"
        f"for name in {modules!r}:\n"
        "    importlib.import_module(name)\n"
        "    assert 'django' not in sys.modules, name\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-600:]


@pytest.mark.parametrize("path", PYTHON, ids=_name)
def test_files_and_functions_stay_readable(path):
    text = path.read_text()
    assert len(text.splitlines()) <= 400, f"{_name(path)} is over 400 lines: split it by idea"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = _code_lines(node, text)
            assert lines <= 40, f"{_name(path)}:{node.lineno} {node.name} has {lines} code lines"


def _code_lines(node: ast.FunctionDef | ast.AsyncFunctionDef, text: str) -> int:
    body = node.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if not body:
        return 0
    lines = text.splitlines()[body[0].lineno - 1 : node.end_lineno]
    return sum(1 for line in lines if line.strip() and not line.strip().startswith("#"))


@pytest.mark.parametrize("path", sorted(SOURCE.glob("*/api.py")), ids=_name)
def test_a_door_holds_only_imports_and_all(path):
    for node in ast.parse(path.read_text()).body:
        docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        names = isinstance(node, ast.Assign) and node.targets[0].id == "__all__"
        imports = isinstance(node, ast.Import | ast.ImportFrom)
        assert docstring or names or imports, f"{_name(path)}:{node.lineno}"


def test_nothing_saves_by_itself():
    for path in PYTHON:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef):
                for item in node.body:
                    overrides = isinstance(item, ast.FunctionDef) and item.name in {
                        "save",
                        "delete",
                    }
                    assert not overrides, f"{_name(path)}:{item.lineno}: no save() overrides"


@pytest.mark.parametrize("path", TEMPLATES, ids=_name)
def test_templates_keep_the_content_security_policy(path):
    text = path.read_text().lower()
    for banned in ("<script>", " style=", " onclick=", " onchange=", " onsubmit=", "javascript:"):
        assert banned not in text, f"{_name(path)}: {banned.strip()} is refused by the CSP"


@pytest.mark.parametrize(
    "folder", [p.parent for p in sorted(SOURCE.glob("*/apps.py"))], ids=lambda p: p.name
)
def test_every_capability_explains_itself(folder):
    assert (folder / "README.md").exists(), f"{folder.name}: what it decides, reads and writes"
