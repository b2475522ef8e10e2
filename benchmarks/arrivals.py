"""What it costs to collect a class, by its size: time for each submission must not grow.

    python -m benchmarks.arrivals [--most 5000]

A Moodle and a Canvas download with one file of each student are made, unpacked and zipped, in sizes
that double up to the most; CPU seconds of this process, once each.
"""

from __future__ import annotations

import argparse
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from cgp_harness.grading import collected

CODE = b"def adam(g): ...\n"
NAMES: dict[str, Callable[[int], str]] = {
    "Moodle": lambda i: f"Student {i}_{4_000_000 + i}_assignsubmission_file_/adam.py",
    "Canvas": lambda i: f"student_{1_000 + i}_{6_000_000 + i}_adam.py",
    "one name": lambda i: f"Jane Doe_{i}_assignsubmission_file_/adam.py",
}


def cpu_s(path: Path, count: int) -> float:
    """CPU seconds to collect what a path holds, which must be so many submissions."""
    begin = time.process_time()
    found = len(collected([path]).submissions)
    assert found == count, f"{found} submissions of {count}"
    return time.process_time() - begin


def made(root: Path, name: Callable[[int], str], count: int) -> tuple[Path, Path]:
    """A download with so many students, as a folder and as a zip."""
    folder, packed = root / f"class{count}", root / f"class{count}.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for i in range(count):
            path = folder / name(i)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(CODE)
            archive.writestr(name(i), CODE)
    return folder, packed


def main() -> None:
    """Print the times."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--most", type=int, default=5_000)
    most = parser.parse_args().most
    print(f"{'download':<10}{'students':>9}{'folder ms each':>16}{'zip ms each':>13}")
    for platform, name in NAMES.items():
        for count in (most // 4, most // 2, most):
            with TemporaryDirectory() as root:
                each = [1_000 * cpu_s(path, count) / count
                        for path in made(Path(root), name, count)]
            print(f"{platform:<10}{count:>9}{each[0]:>16.3f}{each[1]:>13.3f}")


if __name__ == "__main__":
    main()
