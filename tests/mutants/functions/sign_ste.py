"""`sign_ste`, the sign with a straight-through window, and what goes wrong in it."""

from tests.mutants.functions.family import COTANGENT_MISTAKES, EVERY_FUNCTION, Family, wrong

SIGN_STE = Family(
    title="SignSTE",
    inputs="x",
    phrases={
        **EVERY_FUNCTION,
        "prepare": "y = {sign}",
        "sign": "torch.where(x >= 0, 1.0, -1.0).to(x.dtype)",
        "save": "ctx.save_for_backward({saved})",
        "saved": "x",
        "value": "y",
        "load": "x, = ctx.saved_tensors",
        "gradient": "g * {window}",
        "window": "(x.abs() < 1)",
    },
    mistakes={
        **COTANGENT_MISTAKES,
        # What is taken for the gradient.
        "ignores_cotangent": wrong(
            "gradient", "ignores_cotangent", gradient="{window}.to(g.dtype)"),
        "sign_flipped": wrong("gradient", "sign_flipped", gradient="-g * {window}"),
        "doubled": wrong("gradient", "factor", gradient="2 * g * {window}"),
        "almost_right_factor": wrong("gradient", "factor", gradient="1.0009 * g * {window}"),
        "no_window": wrong("gradient", "no_window", gradient="g"),
        "true_derivative": wrong("gradient", "zero_gradient", gradient="torch.zeros_like(g)"),
        "returns_none": wrong("gradient", "detached", gradient="None"),
        "window_inverted": wrong("gradient", "window_inverted", window="(x.abs() > 1)"),
        "window_too_wide": wrong("gradient", "window_width", window="(x.abs() < 2)"),
        "window_too_narrow": wrong("gradient", "window_width", window="(x.abs() < 0.5)"),
        "window_below_only": wrong("gradient", "window_one_sided", window="(x < 1)"),
        "window_above_only": wrong("gradient", "window_one_sided", window="(x > -1)"),
        "window_of_cotangent": wrong(
            "gradient", "window_of_cotangent", window="(g.abs() < 1)"),
        "window_of_output": wrong("gradient", "zero_gradient", saved="y"),
        "window_closed_of_output": wrong(
            "gradient", "no_window", saved="y", window="(x.abs() <= 1)"),
        "times_output": wrong(
            "gradient", "times_output", gradient="g * {window} * torch.where(x >= 0, 1, -1)"),
        "times_input": wrong("gradient", "value_for_derivative", gradient="g * {window} * x"),
        "triangle": wrong(
            "gradient", "triangle", window="(2 - 2 * x.abs()).clamp(min=0)"),
        "slope_of_tanh": wrong("gradient", "derivative_of_tanh", window="(1 - torch.tanh(x)**2)"),
        "slope_of_sigmoid": wrong(
            "gradient", "derivative_of_sigmoid", window="torch.sigmoid(x) * torch.sigmoid(-x)"),
        "slope_of_relu": wrong("gradient", "derivative_of_relu", window="(x > 0)"),
        "summed": wrong("gradient", "reduced", gradient="(g * {window}).sum().expand_as(x)"),
        "mean_cotangent": wrong(
            "gradient", "cotangent_averaged", gradient="g.mean() * {window}"),
        "flattened_gradient": wrong(
            "gradient", "wrong_shape", gradient="(g * {window}).reshape(-1)"),
        "float32": wrong(
            "gradient", "float32_arithmetic", gradient="(g.float() * {window}).to(g.dtype)"),
        # Forward.
        "zero_at_zero": wrong("forward", "zero_at_zero", sign="x.sign()"),
        "minus_at_zero": wrong(
            "forward", "minus_at_zero", sign="torch.where(x > 0, 1.0, -1.0).to(x.dtype)"),
        "zero_or_one": wrong("forward", "zero_or_one", sign="(x >= 0).to(x.dtype)"),
        "upside_down": wrong(
            "forward", "sign_flipped", sign="torch.where(x >= 0, -1.0, 1.0).to(x.dtype)"),
        "soft": wrong("forward", "soft_sign", sign="torch.tanh(x)"),
        "hard_tanh": wrong("forward", "hard_tanh", sign="x.clamp(-1, 1)"),
        "returns_integers": wrong("forward", "wrong_dtype", sign="torch.where(x >= 0, 1, -1)"),
        "always_float32": wrong(
            "forward", "wrong_dtype", sign="torch.where(x >= 0, 1.0, -1.0).float()"),
        "input_in_place": wrong(
            "forward", "input_changed", save="ctx.save_for_backward(x.clone())",
            prepare="", value="x.sign_().add_(x == 0).clone()"),
        "flattens": wrong("forward", "wrong_shape", value="y.reshape(-1)"),
        # Memory.
        "cotangent_masked_in_place": wrong(
            "autograd", "cotangent_changed", use_cotangent="g[x.abs() >= 1] = 0", gradient="g"),
        "cotangent_in_place": wrong("autograd", "cotangent_changed", gradient="g.mul_({window})"),
        "tensor_on_ctx": wrong("autograd", "tensor_on_ctx", save="ctx.x = x", load="x = ctx.x"),
        "mask_on_ctx": wrong(
            "autograd", "tensor_on_ctx", save="ctx.inside = x.abs() < 1", load="",
            window="ctx.inside"),
        "mask_on_class": wrong(
            "autograd", "shared_state", save="SignSTE.inside = x.abs() < 1", load="",
            window="SignSTE.inside"),
        "saved_in_place": wrong("autograd", "input_changed", window="(x.abs_() < 1)"),
    },
)
