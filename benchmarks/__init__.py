"""Side-by-side measurements, run by hand from the repository's root; CI runs their short form."""
