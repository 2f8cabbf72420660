"""The plan of the house: layers, no cycles, light start, small pieces, documented names."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(path for folder in ("workbench", "schemas") for path in (ROOT / folder).rglob("*.py"))
HEAVY = (
    "pandas",
    "numpy",
    "scipy",
    "textual",
    "sqlalchemy",
    "alembic",
    "label_studio_sdk",
    "httpx",
    "starlette",
    "uvicorn",
    "opencc",
    "pypinyin",
    "rjieba",
)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, text=True, check=False, cwd=ROOT)


def test_rooms_import_only_rooms_to_their_right() -> None:
    """import-linter's contracts hold: the layers, who may know Textual, and no cycles."""
    found = run("-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())")
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("group", "heavy", "verbs"),
    [
        ([], (*HEAVY, "pydantic", "rich"), ("prepare", "import", "check", "extract", "studio", "score", "demo")),
        # typer itself takes pydantic for groups
        (["studio"], HEAVY, ("config", "push", "pull", "status", "serve", "up", "down")),
    ],
)
def test_help_is_light(group: list[str], heavy: tuple[str, ...], verbs: tuple[str, ...]) -> None:
    """`workbench --help` and `workbench studio --help` import nothing heavy, the first not even pydantic."""
    program = (
        f"import sys; sys.argv = {['workbench', *group, '--help']!r}\n"
        "from workbench.cli.main import run\n"
        "try: run()\n"
        "except SystemExit as ended: assert not ended.code\n"
        f"loaded = [name for name in {heavy!r} if name in sys.modules]\n"
        "assert not loaded, loaded"
    )
    found = run("-c", program)
    assert found.returncode == 0, found.stderr
    for verb in verbs:
        assert verb in found.stdout


@pytest.mark.parametrize("module", ["workbench.corpus.reading", "workbench.scoring.measures", "workbench.core.checks"])
def test_reading_checking_and_scoring_are_light(module: str) -> None:
    """What screens and scorers import brings no segmenter, converter or data frame along."""
    found = run("-c", f"import sys, {module}; assert not [name for name in {HEAVY!r} if name in sys.modules]")
    assert found.returncode == 0, found.stderr


def functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node


def test_pieces_are_small() -> None:
    """Modules have at most 400 lines, functions at most 60 lines and 6 arguments."""
    large = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in MODULES
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 400
    ]
    for path in MODULES:
        for name, node in functions(path):
            verb = "cli" in path.parts  # a verb's options are its arguments, and its help is text for users
            first = node.body[1].lineno if verb and len(node.body) > 1 else node.lineno
            lines = (node.end_lineno or first) - first + 1
            arguments = [argument.arg for argument in (*node.args.args, *node.args.kwonlyargs)]
            count = len([argument for argument in arguments if argument not in ("self", "cls")])
            if lines > 60 or (count > 6 and not verb):
                large.append(f"{name}: {lines} lines, {count} arguments")
    assert large == []


def test_every_public_name_is_documented_and_typed() -> None:
    """Modules, public classes and public functions have docstrings; every function says what it returns."""
    missing = []
    for path in MODULES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if not ast.get_docstring(tree):
            missing.append(str(path.relative_to(ROOT)))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
                missing.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
        missing += [name for name, node in functions(path) if node.returns is None]
        missing += [
            f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
        ]
    assert missing == []


def test_no_broad_except_and_no_empty_names() -> None:
    """Nothing catches everything, exits outside cli, or is called utils, helpers, common or data."""
    found = []
    for path in MODULES:
        if path.stem in ("utils", "helpers", "common", "data", "manager", "misc"):
            found.append(f"{path}: an empty name")
        source = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(source)):
            broad = isinstance(node, ast.ExceptHandler) and (
                node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception")
            )
            if broad or (isinstance(node, ast.Assert)):
                found.append(f"{path}:{node.lineno}")
        if "sys.exit" in source and "cli" not in path.parts:
            found.append(f"{path}: sys.exit")
    assert found == []


def test_the_map_of_the_house_is_true() -> None:
    """Every room in the package's docstring that exists is a package with a docstring, and none is missing there."""
    import workbench

    rooms = {path.parent.name for path in (ROOT / "workbench").glob("*/__init__.py")}
    described = workbench.__doc__ or ""
    layers = described.rsplit("::", 1)[1].replace("|", "→").split("→")
    assert rooms <= {layer.strip() for layer in layers}
