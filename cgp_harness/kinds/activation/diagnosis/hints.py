"""What a mistake in an activation does, and how one finds it, for `cgp explain`."""

OF_ACTIVATIONS = {
    "dtype":
        "Of 16 digits 7 are left, and a derivative by differences has none. Look for "
        "np.float32, .astype() and arrays made without dtype.",
    "rounded":
        "The function becomes a staircase, whose derivative is 0 nearly everywhere. Look for "
        "round(), int(), // and print() formats that are read back.",
    "spike":
        "A training that meets that x gets a number from nowhere. Try x = 0 and where a "
        "denominator is 0; write the limit there, by np.where or a case.",
    "not_finite": "One inf or nan makes every weight behind it nan. Try x = 1000, -1000 and 0.",
    "not_deterministic":
        "Two calls with the same x have to agree. Call it twice and compare; look for random "
        "numbers, np.empty, globals.",
    "not_elementwise":
        "The answer for one neuron then depends on the others. Give it one number, then the "
        "same among others, and compare.",
    "constant":
        "Whatever comes in, the same goes out, so nothing can be learned. Look for a result "
        "that is computed and not returned, or an argument that is not used.",
    "other_value":
        "The network that it is put into is another one. Compute f(0), f(1) and f(-1) by hand "
        "and compare with yours.",
    "affine":
        "With it the network can only draw straight lines. Plot it from -3 to 3: it has to "
        "bend.",
    "sign":
        "Training walks uphill. At one x, compare with (f(x + h) - f(x - h)) / 2h; look for a "
        "minus that is missing or stands twice.",
    "swapped":
        "The network passes on derivatives, and learns by values. Print both at x = 2: the "
        "first has to be f(2).",
    "zero_derivative":
        "Nothing before it can learn. Plot it; look for a derivative of integers, a step "
        "function, or zeros that are never filled.",
    "value_as_derivative":
        "It is right only for e^x. Look at the return: the same name stands there twice.",
    "derivative_at_value":
        "y = f(x) was put where x belongs. Print what goes into the derivative: it has to be x, "
        "unless its formula is written in y, as y (1 - y) is.",
    "x_for_value":
        "The formula is written in the value, and was given x. At x = 0 the sigmoid has y = 0.5 "
        "and the derivative 0.25: yours gives 0 there.",
    "one_term":
        "A product has two: (x h(x))' = h(x) + x h'(x). Without the first it is 0 at x = 0, "
        "without the second it is h alone. Compare both terms with yours at x = 0 and x = 1.",
    "derivative_of_another":
        "Value and derivative do not belong together, so each step goes another way than the "
        "loss falls. At one x, compare with (f(x + h) - f(x - h)) / 2h.",
    "factor":
        "The direction is right and each step too long or too short. Divide yours by (f(x + h) "
        "- f(x - h)) / 2h at a few x: the factor often names its line, as an inner derivative "
        "that is missing.",
    "kink":
        "At a kink any slope between the two sides is right, and none beyond. At the kink, "
        "compute the slope on the left and on the right, and return one of them or a number "
        "between.",
}
"""By the mistake's name: every one of which no more than its meaning is written."""
