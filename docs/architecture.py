"""Draws the generated part of docs/architecture.md from the imports.

    python docs/architecture.py --write

Without `--write` it says whether the page is what the code is; a test asks that too.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "architecture.md"
MARK = "<!-- Below: drawn by docs/architecture.py. -->\n"
PACKAGES = {
    "cgp_harness": ROOT / "cgp_harness", "cgp_reference": ROOT / "reference" / "cgp_reference"}


def modules() -> dict[str, Path]:
    """Every module of the two packages, by its dotted name."""
    found = {}
    for top, folder in PACKAGES.items():
        for path in sorted(folder.rglob("*.py")):
            if "submissions" in path.parts[:-1]:
                continue  # attacks, which are handed in and never imported
            parts = (top, *path.relative_to(folder).with_suffix("").parts)
            found[".".join(parts).removesuffix(".__init__")] = path
    return found


def imports(names: Mapping[str, Path]) -> dict[str, set[str]]:
    """What each module imports of them: late imports and those for type checkers included."""
    return {name: set(_imported(path, names)) - {name} for name, path in names.items()}


def _imported(path: Path, names: Mapping[str, Path]) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for one in node.names:
                full = f"{node.module}.{one.name}"
                if full in names or node.module in names:
                    yield full if full in names else node.module


def circles(edges: Mapping[str, set[str]]) -> list[list[str]]:
    """Modules that import each other, directly or by way of others (Tarjan)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def visit(name: str) -> None:
        index[name] = low[name] = len(index)
        stack.append(name)
        for other in edges[name]:
            if other not in index:
                visit(other)
                low[name] = min(low[name], low[other])
            elif other in stack:
                low[name] = min(low[name], index[other])
        if low[name] == index[name]:
            circle = stack[stack.index(name):]
            del stack[stack.index(name):]
            if len(circle) > 1:
                found.append(sorted(circle))

    for name in edges:
        if name not in index:
            visit(name)
    return found


def rooms(names: Mapping[str, Path]) -> dict[str, list[str]]:
    """Packages, and the modules that lie in each, itself left out."""
    packages = [name for name, path in names.items() if path.name == "__init__.py"]
    return {
        room: [name for name in names if name.rpartition(".")[0] == room and name not in packages]
        for room in packages}


def drawn() -> str:
    """The table of rooms: what each is for, how many modules it has, which rooms it imports."""
    names = modules()
    edges, of = imports(names), rooms(names)
    room_of = {name: room for room, own in of.items() for name in (room, *own)}
    lines = ["| room | for | modules | imports |", "|---|---|---|---|"]
    for room, own in of.items():
        others = sorted({
            room_of[other] for name in (room, *own) for other in edges[name]} - {room})
        shown = ", ".join(_short(other, room) for other in others)
        lines.append(f"| `{room}` | {_purpose(names[room])} | {len(own)} | {shown} |")
    return "\n".join(lines) + "\n"


def _short(room: str, of: str) -> str:
    """A room as it is called in the same package."""
    top = of.partition(".")[0]
    return f"`{room.removeprefix(f'{top}.')}`"


def _purpose(path: Path) -> str:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return said.partition("\n\n")[0].replace("\n", " ").replace("|", "\\|")


def main() -> int:
    """Write the page, or compare it; 1 if it is out of date."""
    head, _, tail = PAGE.read_text(encoding="utf-8").partition(MARK)
    if "--write" in sys.argv[1:]:
        PAGE.write_text(head + MARK + drawn(), encoding="utf-8")
        return 0
    if tail == drawn():
        return 0
    print(f"{PAGE.name} is not what the code is: python docs/architecture.py --write")
    return 1


if __name__ == "__main__":
    sys.exit(main())
