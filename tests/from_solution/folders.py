"""The folders of the corpus, and what their files register."""

from __future__ import annotations

import tomllib
from pathlib import Path
from types import ModuleType

from cgp_harness.kinds.autograd_function.contract import CONTRACT as FUNCTIONS
from cgp_harness.kinds.optimizer.contract import CONTRACT as OPTIMIZERS

HERE = Path(__file__).parent
PLUGIN = HERE.parents[1] / "plugins/kinds/function"
"""What registers plain functions; must be on `sys.path` for the folders that hold them."""
FOLDERS = sorted(path.parent.name for path in HERE.glob("*/solution.py"))
RULES = [name for name in FOLDERS if "@optimizer" in (HERE / name / "solution.py").read_text()]
FUNCTIONAL = [name for name in FOLDERS if name not in RULES]
PLAIN = "_numpy"
"""How the name of a folder ends whose answers are plain functions."""


def answers(which: str, folders: list[str] = FOLDERS) -> list[tuple[str, str]]:
    """Folder and name of all answers in `right` or `wrong`."""
    return [
        (folder, f"{which}/{path.stem}")
        for folder in folders for path in sorted((HERE / folder / which).glob("*.py"))]


def source(folder: str, name: str) -> str:
    """The text of `solution`, `right/NAME` or `wrong/NAME`."""
    return (HERE / folder / f"{name}.py").read_text(encoding="utf-8")


def described(folder: str) -> dict[str, dict[str, object]]:
    """`wrong.toml`."""
    return tomllib.loads((HERE / folder / "wrong.toml").read_text(encoding="utf-8"))


def registered(folder: str, name: str):
    """What a file registers, loaded as a worker does: one thing, called as its folder is."""
    contracts = [OPTIMIZERS, FUNCTIONS]
    if folder.endswith(PLAIN):
        from cgp_function.contract import CONTRACT

        contracts.append(CONTRACT)
    module = ModuleType("plugin")
    code = compile(source(folder, name), f"{folder}/{name}.py", "exec", dont_inherit=True)
    exec(code, module.__dict__)
    found, errors = [], []
    for contract in contracts:
        of_kind, unfit = contract.registered(module)
        found += of_kind
        errors += unfit
    assert not errors, errors
    (one,) = found
    assert one.name == folder.removesuffix(PLAIN)
    return one.target
