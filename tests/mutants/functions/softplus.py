"""`softplus`, log(1 + e^x), and what goes wrong in it."""

from tests.mutants.functions.family import COTANGENT_MISTAKES, EVERY_FUNCTION, Family, wrong

SOFTPLUS = Family(
    title="Softplus",
    inputs="x",
    phrases={
        **EVERY_FUNCTION,
        "prepare": "y = {value_of_x}",
        "value_of_x": "x.clamp(min=0) + torch.log1p(torch.exp(-x.abs()))",
        "save": "ctx.save_for_backward({saved})",
        "saved": "x",
        "value": "y",
        "load": "x, = ctx.saved_tensors",
        "gradient": "g * {slope}",
        "slope": "torch.sigmoid(x)",
    },
    mistakes={
        **COTANGENT_MISTAKES,
        # What is taken for the gradient.
        "ignores_cotangent": wrong("gradient", "ignores_cotangent", gradient="{slope}"),
        "sign_flipped": wrong("gradient", "sign_flipped", gradient="-g * {slope}"),
        "doubled": wrong("gradient", "factor", gradient="2 * g * {slope}"),
        "almost_right_factor": wrong("gradient", "factor", gradient="1.0009 * g * {slope}"),
        "almost_right_slope": wrong("gradient", "offset", gradient="g * ({slope} + 5e-6)"),
        "passes_cotangent": wrong("gradient", "straight_through", gradient="g"),
        "no_inner_derivative": wrong(
            "gradient", "no_inner_derivative", slope="torch.sigmoid(-x)"),
        "no_outer_derivative": wrong("gradient", "no_outer_derivative", slope="torch.exp(x)"),
        "slope_twice": wrong("gradient", "slope_twice", gradient="g * {slope} * {slope}"),
        "value_for_slope": wrong("gradient", "value_for_derivative", saved="y", slope="x"),
        "output_for_input": wrong("gradient", "output_for_input", saved="y"),
        "slope_of_sigmoid": wrong(
            "gradient", "derivative_of_sigmoid",
            slope="torch.sigmoid(x) * torch.sigmoid(-x)"),
        "slope_of_tanh": wrong("gradient", "derivative_of_tanh", slope="(1 - torch.tanh(x)**2)"),
        "slope_of_relu": wrong("gradient", "derivative_of_relu", slope="(x > 0)"),
        "no_gradient": wrong("gradient", "zero_gradient", gradient="torch.zeros_like(x)"),
        "returns_none": wrong("gradient", "detached", gradient="None"),
        "summed": wrong("gradient", "reduced", gradient="(g * {slope}).sum().expand_as(x)"),
        "averaged": wrong("gradient", "reduced", gradient="(g * {slope}).mean().expand_as(x)"),
        "mean_cotangent": wrong(
            "gradient", "cotangent_averaged", gradient="g.mean() * {slope}"),
        "flattened_gradient": wrong(
            "gradient", "wrong_shape", gradient="(g * {slope}).reshape(-1)"),
        "drops_some": wrong(
            "gradient", "not_deterministic",
            gradient="g * {slope} * (torch.rand_like(x) < 0.5) * 2"),
        "two_gradients": wrong("gradient", "wrong_count", gradient="g * {slope}, g"),
        # Right formulas that floating point does not bear.
        "overflow_in_slope": wrong(
            "gradient", "overflow", slope="torch.exp(x) / (1 + torch.exp(x))"),
        "cancellation_in_slope": wrong(
            "gradient", "loses_accuracy", slope="(1 - 1 / (1 + torch.exp(x)))"),
        "slope_in_float32": wrong(
            "gradient", "float32_arithmetic", slope="torch.sigmoid(x.float())"),
        "overflow": wrong("forward", "overflow", value_of_x="torch.log(1 + torch.exp(x))"),
        "overflow_of_log1p": wrong("forward", "overflow", value_of_x="torch.log1p(torch.exp(x))"),
        "log_of_one_plus": wrong(
            "forward", "loses_accuracy",
            value_of_x="x.clamp(min=0) + torch.log(1 + torch.exp(-x.abs()))"),
        "threshold_20": wrong(
            "forward", "loses_accuracy",
            value_of_x="torch.where(x > 20, x, torch.log1p(torch.exp(x)))"),
        "value_in_float32": wrong(
            "forward", "float32_arithmetic",
            value_of_x="torch.logaddexp(x.float(), torch.zeros_like(x.float())).to(x.dtype)"),
        # Forward.
        "base_two": wrong(
            "forward", "base_two", value_of_x="torch.logaddexp2(x, torch.zeros_like(x))"),
        "relu": wrong("forward", "relu", value_of_x="x.clamp(min=0)"),
        "no_one": wrong(
            "forward", "identity", value_of_x="torch.log(torch.exp(x.clamp(-700, 700)))"),
        "returns_float32": wrong("forward", "wrong_dtype", value="y.float()"),
        "returns_sum": wrong("forward", "wrong_shape", value="y.sum()"),
        "flattens": wrong("forward", "wrong_shape", value="y.reshape(-1)"),
        "input_in_place": wrong(
            "forward", "input_changed",
            value_of_x="x.clamp(min=0) + torch.log1p(torch.exp(x.abs_().neg_()))"),
        "not_differentiable": wrong(
            "forward", "not_differentiable", value="y",
            save="ctx.save_for_backward(x)\nctx.mark_non_differentiable(y)"),
        "noise": wrong(
            "forward", "not_deterministic",
            value_of_x="torch.logaddexp(x, torch.zeros_like(x)) * (1 + 1e-3 * torch.rand(()))"),
        # Memory.
        "cotangent_in_place": wrong("autograd", "cotangent_changed", gradient="g.mul_({slope})"),
        "tensor_on_ctx": wrong("autograd", "tensor_on_ctx", save="ctx.x = x", load="x = ctx.x"),
        "copy_on_ctx": wrong(
            "autograd", "tensor_on_ctx", save="ctx.x = x.clone()", load="x = ctx.x"),
        "array_on_ctx": wrong(
            "autograd", "input_not_guarded", save="ctx.x = x.detach().numpy()",
            load="x = torch.from_numpy(ctx.x)"),
        "kept_on_class": wrong(
            "autograd", "shared_state", save="Softplus.x = x", load="x = Softplus.x"),
        "output_on_ctx": wrong(
            "autograd", "tensor_on_ctx", save="ctx.y = y", load="y = ctx.y",
            slope="-torch.expm1(-y)"),
        "saved_in_place": wrong(
            "autograd", "input_changed", gradient="g * x.sigmoid_()"),
        "saved_once": wrong(
            "autograd", "second_backward", save="ctx.x = [x]", load="x = ctx.x.pop()"),
    },
)
