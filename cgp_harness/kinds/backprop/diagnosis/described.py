"""What the names of mistakes mean that are of no single graph."""

IN_GRAPHS = {
    "all_zero": "all partials, or all gradients, are 0, or no gradient is returned",
    "gradient_not_returned": "a parameter has no gradient in what backward() returns; all others "
    "are right",
    "constant_factor": "all partials, or all gradients, are off by one and the same factor",
    "difference_not_divided": "a difference of values is not divided by the step that was taken",
    "step_too_large": "partials are differences over a step so large that they are no derivatives",
    "step_too_small": "partials are differences over a step so small that rounding swallows it",
}
