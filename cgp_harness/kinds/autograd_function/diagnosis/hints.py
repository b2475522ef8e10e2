"""What a mistake in a Function does, and how one finds it, for `cgp explain`."""

OF_FUNCTIONS = {
    "wrong_count":
        "Autograd pairs what backward returns with forward's inputs by their place. Count both; "
        "return None for an input that is no tensor, such as a number or a shape.",
    "wrong_type":
        "Autograd takes a tensor, or a tuple of tensors and None, and fails with anything else. "
        "Print type() of what backward returns.",
    "wrong_shape":
        "A gradient has the shape of its input: one number for each. Print the shapes of "
        "inputs, output, g and gradients side by side.",
    "wrong_dtype":
        "Digits are lost, or the next layer fails. Print the dtypes; look for .float(), .item() "
        "and new tensors made without dtype=x.dtype.",
    "missing_gradient":
        "What lies before that input cannot learn. Return None only where ctx.needs_input_grad "
        "is False; look for an early return or a swapped test.",
    "detached":
        "Nothing before this Function learns, and no error is raised. Look for a backward that "
        "computes the gradients and has no return, or returns None.",
    "not_differentiable":
        "loss.backward() fails, or passes this Function by. Print output.requires_grad; look "
        "for detach(), .data, no_grad() or a forward that does not go through apply().",
    "swapped_gradients":
        "Each input is moved by the gradient of another. Read forward's inputs and backward's "
        "return from left to right: they have one order.",
    "transposed":
        "For square matrices nothing fails, and all numbers are in the wrong places. Try inputs "
        "of 2 x 3: in C = A B, the gradient of A is g B^T and that of B is A^T g.",
    "not_reduced":
        "Where an input of shape (3,) was used for each of 5 rows, its gradient is the sum over "
        "these rows. Print the shapes, and sum g over each axis that the input did not have.",
    "not_deterministic":
        "Two calls with the same input have to agree. Call it twice and compare; look for "
        "random numbers, torch.empty, and what is kept between calls.",
    "not_elementwise":
        "The answer for a number depends on its neighbours. Give it one number, then the same "
        "among others; look for sum, mean, max, sorting or indexing.",
    "not_finite":
        "One inf or nan makes every parameter behind it nan. Find the first x at which it "
        "comes; look for a division by 0, the log of 0, exp of a large number.",
    "overflow":
        "exp(89) is infinite in float32, and inf / inf is no number. Try x = 1000 and -1000; "
        "rewrite it so that only exp of a negative number is taken.",
    "loses_accuracy":
        "Numbers of nearly the same size are subtracted, or small ones added to large ones. Try "
        "1e-8 and 1e8 beside the formula; use log1p, expm1, hypot.",
    "factor":
        "The direction is right and each step too long or too short. Divide yours by the right "
        "one: the factor (2, -1, 1/n) often names its line.",
    "offset":
        "The gradient is not 0 where nothing arrives. Send g = 0: what comes back is what was "
        "added; it is not multiplied by g.",
    "mean_over_batch":
        "The gradient shrinks as the batch grows; the loss has its mean already. Try batches of "
        "1 and 2; look for mean() or a division by len() or numel() in backward.",
    "sign_flipped":
        "Training walks uphill, away from the answer. At one x, compare with (f(x + h) - f(x - "
        "h)) / 2h; look for a minus that is missing or stands twice.",
    "float32_arithmetic":
        "About 7 digits are left of 16. Use float64 and look for the first step of which the "
        "result is float32: .float(), np.float32, a tensor without dtype.",
    "float32_input":
        "Models are float32 as a rule. Call it with x.float(); look for constants and buffers "
        "made as float64, and for comparisons of dtypes.",
    "float32_gradient":
        "Models are float32 as a rule. Send a float32 g; look for tensors made in backward "
        "without dtype=g.dtype.",
    "special_shape":
        "It is written for the shape that it was tried with. Try shapes (), (1,), (0,), (2, 3) "
        "and (2, 1, 3); look for len(x), x[0], a fixed dim.",
    "non_contiguous_input":
        "Such a tensor has its numbers in memory in another order than they are read. Try "
        "x.t(); replace view() by reshape(), and memory tricks by indices.",
    "non_contiguous_cotangent":
        "g arrives transposed or expanded from the next layer. Send a g made by .t(); replace "
        "view() by reshape().",
    "expanded_cotangent":
        "`sum().backward()` sends one number that stands for all, which cannot be written to. "
        "Use g.clone() before changing it, and reshape() for view().",
    "uniform_input":
        "One branch of an if, or of a mask, is empty then. Try all zeros, all ones and all "
        "negative; look for division by a sum or a range, and for empty masks.",
    "no_gradient_needed":
        "Evaluation calls it with such tensors. Call it under torch.no_grad(); look for code "
        "that asks for x.grad or for requires_grad.",
    "cotangent_size":
        "A gradient is linear in g: twice g gives twice the gradient. Send 1e-6 g and 1e6 g; "
        "look for thresholds, clipping, rounding or eps that is applied to g.",
    "cotangent_changed":
        "Others that receive the same g then get another one. Compare g before and after; "
        "replace *= and += and g[...] = by a new tensor, or clone first.",
    "input_changed":
        "Who calls it goes on with other numbers than he passed. Compare x before and after; "
        "replace x *= 2 and methods that end in _ by a new tensor, or clone first.",
    "input_not_guarded":
        "Autograd cannot tell that the input has changed, and gives a wrong gradient without an "
        "error. Keep tensors by ctx.save_for_backward() and read ctx.saved_tensors.",
    "shared_state":
        "The second call overwrites what the first one kept. Call it twice, then backward of "
        "the first; keep everything on ctx, nothing on the class or in a global.",
    "second_backward":
        "backward(retain_graph=True) may come again. Call it twice and compare; look for what "
        "backward changes: saved tensors, g, lists from which it pops.",
    "needs_input_grad":
        "Where an input needs none, its gradient is not asked for. Freeze one input at a time; "
        "ask ctx.needs_input_grad[i] for each, not for all at once.",
    "tensor_on_ctx":
        "It keeps memory alive, and a change of the tensor in between goes unseen. Look for "
        "ctx.name = tensor; numbers and shapes may stand there.",
    "reference_cycle":
        "Memory grows with each step until Python's collector runs. Look for an output kept on "
        "ctx as an attribute; ctx.save_for_backward(output) makes no cycle.",
}
"""By the mistake's name: every one of which no more than its meaning is written."""
