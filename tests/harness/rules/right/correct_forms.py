"""The four rules, right, in many forms: none of them may lose a point."""

from pathlib import Path

FORMS: dict[str, str] = {
    path.stem: path.read_text(encoding="utf-8")
    for path in sorted((Path(__file__).parent / "forms").glob("*.py"))
}
"""Name of the form -> the plugin's source."""
