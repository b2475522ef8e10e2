"""Where the repository lies, for tests in whichever room."""

from pathlib import Path

ROOT = Path(__file__).parents[1]
