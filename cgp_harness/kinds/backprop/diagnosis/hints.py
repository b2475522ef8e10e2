"""What a mistake in backpropagation does, and how one finds it, for `cgp explain`."""

OF_GRAPHS = {
    "all_zero":
        "Nothing learns. Print the first number that is passed back: the error at the output "
        "has to start it; look for a dictionary that is never filled, or filled under other "
        "names.",
    "gradient_not_returned":
        "That parameter never moves. Print the names in what backward() returns beside those of "
        "the graph's parameters; look for a loop that ends one too early.",
    "constant_factor":
        "The direction is right and each step too long or too short. Divide yours by the right "
        "ones: the factor (2, -1, 1/n) often names its line, as the 2 of a square or a mean.",
    "difference_not_divided":
        "f(x + h) - f(x) is h times the slope. Use another h: yours changes with it, a "
        "derivative does not.",
    "step_too_large":
        "Over a large step a curve is not its tangent. Halve h: yours changes by more than its "
        "last digits. About 1e-6 is a good step in float64, and a derivative that is written out "
        "needs none.",
    "step_too_small":
        "Below 1e-10 or so x + h and x agree in most digits, and their difference is noise or "
        "0. Use h = 1e-6, or (f(x + h) - f(x - h)) / 2h.",
}
"""By the mistake's name: every one of which no more than its meaning is written."""
