"""Arrays whose axes have names: signatures, sizes that are tried, integers that count an axis."""
