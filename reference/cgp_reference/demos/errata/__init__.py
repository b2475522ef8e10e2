"""The demo of the errata: printed code beside its equations, and its figure."""
