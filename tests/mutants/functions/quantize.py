"""`quantize`, the lecture's quantizer with error feedback, and what goes wrong in it."""

from tests.mutants.functions.family import COTANGENT_MISTAKES, EVERY_FUNCTION, Family, wrong

QUANTIZE = Family(
    title="Quantize",
    inputs="x",
    phrases={
        **EVERY_FUNCTION,
        "prepare": "q = {whole}.double()",
        "whole": "x.to(torch.uint8)",
        "save": "ctx.save_for_backward({saved})",
        "saved": "x - q",
        "value": "q",
        "load": "error, = ctx.saved_tensors",
        "gradient": "g + error",
    },
    mistakes={
        **COTANGENT_MISTAKES,
        # What is taken for the gradient.
        "straight_through": wrong("gradient", "straight_through", gradient="g"),
        "feedback_only": wrong("gradient", "feedback_only", gradient="error"),
        "feedback_subtracted": wrong("gradient", "feedback_subtracted", gradient="g - error"),
        "saved_backwards": wrong("gradient", "feedback_subtracted", saved="q - x"),
        "feedback_multiplied": wrong("gradient", "feedback_multiplied", gradient="g * error"),
        "gated_by_feedback": wrong("gradient", "feedback_multiplied", gradient="g * (1 + error)"),
        "feedback_doubled": wrong("gradient", "factor", gradient="g + 2 * error"),
        "cotangent_doubled": wrong("gradient", "factor", gradient="2 * g + error"),
        "halved": wrong("gradient", "factor", gradient="(g + error) / 2"),
        "sign_flipped": wrong("gradient", "sign_flipped", gradient="-(g + error)"),
        "no_gradient": wrong("gradient", "zero_gradient", gradient="torch.zeros_like(error)"),
        "returns_none": wrong("gradient", "detached", gradient="None"),
        "mean_error": wrong("gradient", "feedback_averaged", gradient="g + error.mean()"),
        "mean_cotangent": wrong("gradient", "cotangent_averaged", gradient="g.mean() + error"),
        "squared_error": wrong("gradient", "feedback_squared", gradient="g + error * error"),
        "feedback_per_number": wrong(
            "gradient", "feedback_averaged", gradient="g + error / error.numel()"),
        # What is saved.
        "saved_input": wrong("gradient", "saved_input", saved="x"),
        "saved_output": wrong("gradient", "saved_output", saved="q"),
        "error_of_rounding": wrong("gradient", "error_of_rounding", saved="x - x.round()"),
        "error_in_float32": wrong("gradient", "float32_arithmetic", saved="(x - q).float()"),
        # Forward.
        "rounds": wrong("forward", "rounds", whole="x.round()"),
        "rounds_up": wrong("forward", "rounds_up", whole="x.ceil()"),
        "passes_input": wrong("forward", "identity", whole="x.clone()"),
        "signed_byte": wrong("forward", "signed_byte", whole="x.to(torch.int8)"),
        "tens": wrong("forward", "", whole="x.div(10).floor().mul(10)"),
        "returns_error": wrong("forward", "returns_error", value="x - q"),
        "returns_bytes": wrong("forward", "wrong_dtype", value="x.to(torch.uint8)"),
        "returns_float32": wrong("forward", "wrong_dtype", value="q.float()"),
        "not_differentiable": wrong(
            "forward", "not_differentiable", save="{keep}\nctx.mark_non_differentiable(q)",
            keep="ctx.save_for_backward({saved})"),
        "cuts_input_in_place": wrong(
            "forward", "input_changed", prepare="error = x - x.floor()\nq = x.floor_().double()",
            saved="error"),
        # Memory.
        "cotangent_in_place": wrong("autograd", "cotangent_changed", gradient="g.add_(error)"),
        "tensor_on_ctx": wrong(
            "autograd", "tensor_on_ctx", save="ctx.error = {saved}", load="error = ctx.error"),
        "kept_in_global": wrong(
            "autograd", "shared_state", module="kept = {}", save='kept["error"] = {saved}',
            load='error = kept["error"]'),
        "output_on_ctx": wrong(
            "autograd", "tensor_on_ctx", save="ctx.save_for_backward(x)\nctx.q = q",
            load="x, = ctx.saved_tensors\nerror = x - ctx.q"),
    },
)
