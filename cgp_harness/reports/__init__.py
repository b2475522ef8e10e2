"""Reports: pure functions of a `BatchReport`, each written as a file or shown on a terminal."""
