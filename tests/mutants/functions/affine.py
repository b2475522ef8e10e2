"""`affine`, x W^T + b with its three gradients, and what goes wrong in it."""

from tests.mutants.functions.family import COTANGENT_MISTAKES, EVERY_FUNCTION, Family, wrong

AFFINE = Family(
    title="Affine",
    inputs="x, W, b",
    phrases={
        **EVERY_FUNCTION,
        "save": "ctx.save_for_backward(x, W)",
        "value": "x @ W.T + b",
        "load": "x, W = ctx.saved_tensors",
        "backward": (
            "{load}\n{use_cotangent}\n"
            "of_x = {of_x} if {x_needed} else None\n"
            "of_W = {of_W} if {W_needed} else None\n"
            "of_b = {of_b} if {b_needed} else None\n"
            "{end}\nreturn {gradient}"
        ),
        "x_needed": "ctx.needs_input_grad[0]",
        "W_needed": "ctx.needs_input_grad[1]",
        "b_needed": "ctx.needs_input_grad[2]",
        "of_x": "g @ W",
        "of_W": "g.T @ x",
        "of_b": "g.sum(0)",
        "gradient": "of_x, of_W, of_b",
    },
    mistakes={
        **COTANGENT_MISTAKES,
        "ignores_cotangent": wrong(
            "gradient", "ignores_cotangent", use_cotangent="g = torch.ones_like(g)"),
        "sign_flipped": wrong("gradient", "sign_flipped", use_cotangent="g = -g"),
        "doubled": wrong("gradient", "factor", use_cotangent="g = 2 * g"),
        "mean_over_batch": wrong("gradient", "mean_over_batch", use_cotangent="g = g / len(g)"),
        # One of the three.
        "transposed_W": wrong("gradient", "transposed", of_W="x.T @ g"),
        "transposed_x": wrong("gradient", "transposed", of_x="g @ W.T"),
        "mean_of_W": wrong("gradient", "mean_over_batch", of_W="g.T @ x / len(x)"),
        "mean_of_b": wrong("gradient", "mean_over_batch", of_b="g.mean(0)"),
        "doubled_W": wrong("gradient", "factor", of_W="2 * g.T @ x"),
        "sign_of_W": wrong("gradient", "sign_flipped", of_W="-g.T @ x"),
        "sign_of_b": wrong("gradient", "sign_flipped", of_b="-g.sum(0)"),
        "b_not_reduced": wrong("gradient", "not_reduced", of_b="g"),
        "b_kept_dimension": wrong("gradient", "not_reduced", of_b="g.sum(0, keepdim=True)"),
        "b_over_outputs": wrong("gradient", "reduced", of_b="g.sum().expand(len(W))"),
        "b_along_outputs": wrong("gradient", "wrong_shape", of_b="g.sum(1)"),
        "b_of_ones": wrong(
            "gradient", "ignores_cotangent", of_b="torch.ones_like(g).sum(0)"),
        "W_of_ones": wrong("gradient", "ignores_cotangent", of_W="torch.ones_like(g).T @ x"),
        "first_sample_only": wrong(
            "gradient", "no_accumulation", of_W="g[:1].T @ x[:1]"),
        "last_sample_only": wrong(
            "gradient", "no_accumulation", of_W="g[-1:].T @ x[-1:]", of_b="g[-1:].sum(0)"),
        "x_of_summed_W": wrong(
            "gradient", "reduced", of_x="g.sum(1, keepdim=True) * W.sum(0)"),
        "x_averaged": wrong("gradient", "factor", of_x="g @ W / len(W)"),
        "W_from_bias": wrong("gradient", "", of_W="g.T @ (x + 1)"),
        "x_gets_none": wrong("gradient", "missing_gradient", gradient="None, of_W, of_b"),
        "W_gets_none": wrong("gradient", "missing_gradient", gradient="of_x, None, of_b"),
        "b_gets_none": wrong("gradient", "missing_gradient", gradient="of_x, of_W, None"),
        "b_gets_zero": wrong("gradient", "zero_gradient", of_b="torch.zeros_like(W[:, 0])"),
        "two_gradients": wrong("gradient", "wrong_count", gradient="of_x, of_W"),
        "swapped": wrong("gradient", "swapped_gradients", gradient="of_W, of_x, of_b"),
        "W_in_float32": wrong(
            "gradient", "float32_arithmetic", of_W="(g.float().T @ x.float()).to(x.dtype)"),
        # Forward.
        "no_bias": wrong("forward", "no_bias", value="x @ W.T"),
        "bias_subtracted": wrong("forward", "bias_subtracted", value="x @ W.T - b"),
        "bias_in_product": wrong("forward", "bias_in_product", value="(x + 1) @ W.T + b"),
        "not_transposed": wrong("forward", "", value="x @ W + b"),
        "squeezed": wrong("forward", "wrong_shape", value="(x @ W.T + b).squeeze()"),
        "rows_by_columns": wrong("forward", "wrong_shape", value="W @ x.T + b[:, None]"),
        "row_by_row": wrong(
            "forward", "", value="torch.stack([W @ row + b for row in x])"),
        "returns_float32": wrong("forward", "wrong_dtype", value="(x @ W.T + b).float()"),
        "weight_turned_in_place": wrong(
            "forward", "input_changed", save="ctx.save_for_backward(x, W.clone())",
            value="x @ W.t_() + b"),
        "bias_in_place": wrong(
            "forward", "input_changed", value="x @ W.T + b.sub_(1e-3)"),
        # Memory, and what is asked for.
        "every_gradient_always": wrong(
            "autograd", "needs_input_grad", x_needed="True", W_needed="True", b_needed="True"),
        "all_or_nothing": wrong(
            "autograd", "needs_input_grad", x_needed="all(ctx.needs_input_grad)",
            W_needed="all(ctx.needs_input_grad)", b_needed="all(ctx.needs_input_grad)"),
        "asks_for_the_next": wrong(
            "autograd", "needs_input_grad", x_needed="ctx.needs_input_grad[1]",
            W_needed="ctx.needs_input_grad[2]", b_needed="ctx.needs_input_grad[0]"),
        "cotangent_turned_in_place": wrong(
            "autograd", "cotangent_changed", of_W="g.t_() @ x",
            backward=(
                "{load}\nof_x = {of_x} if {x_needed} else None\n"
                "of_b = {of_b} if {b_needed} else None\n"
                "of_W = {of_W} if {W_needed} else None\nreturn {gradient}")),
        "tensors_on_ctx": wrong(
            "autograd", "tensor_on_ctx", save="ctx.x, ctx.W = x, W", load="x, W = ctx.x, ctx.W"),
        "weight_on_ctx": wrong(
            "autograd", "tensor_on_ctx", save="ctx.save_for_backward(x)\nctx.W = W",
            load="x, = ctx.saved_tensors\nW = ctx.W"),
        "kept_in_stack": wrong(
            "autograd", "shared_state", module="stack = []", save="stack.append((x, W))",
            load="x, W = stack.pop()"),
        "kept_in_global": wrong(
            "autograd", "shared_state", module="kept = {}", save='kept["x"], kept["W"] = x, W',
            load='x, W = kept["x"], kept["W"]'),
    },
)
