"""A package that stands in for another where workers import from, and does what builds of torch do.

    root = tmp_path / "view"
    monkeypatch.setattr(
        conversation, "view_for", lambda *_, **__: with_package(root, "torch", MISCHIEF))
"""

from pathlib import Path

from cgp_harness.sandbox.host.view import View, view

MISCHIEF = '''
import contextlib, ctypes.util, os, subprocess, tempfile, threading
SEEN = os.listdir(os.getcwd())
descriptor, path = tempfile.mkstemp()
os.write(descriptor, b"left behind")
os.mkdir("cache")
threading.Thread(target=threading.Event().wait, daemon=True).start()
ctypes.util.find_library("c")
with contextlib.suppress(FileNotFoundError):
    subprocess.run(["gcc", "--version"], check=False, capture_output=True)
'''
"""What a trusted package may do when it is imported: all that a submission may not."""


SET_BY_WORKERS = """
set_num_threads = set_num_interop_threads = int
class default_generator: manual_seed = int
"""
"""What workers set in torch, if it is torch."""


def real(name: str) -> str:
    """The text of a package that goes on as the real one."""
    package = (Path(view().root) / name).resolve()
    return f"""
__path__ = [{str(package)!r}]
__file__ = {str(package / "__init__.py")!r}
exec(compile(open(__file__, encoding="utf-8").read(), __file__, "exec"))
"""


def with_package(root: Path, name: str, source: str) -> View:
    """The view, but for one package, which is a file of this text."""
    real = view(facade=True)
    root.mkdir()
    for entry in Path(real.root).iterdir():
        if entry.name not in (name, f"{name}.py"):
            (root / entry.name).symlink_to(entry)
    package = root / name
    package.mkdir()
    (package / "__init__.py").write_text(SET_BY_WORKERS + source, encoding="utf-8")
    return View(str(root), (*real.readable, str(root)))
