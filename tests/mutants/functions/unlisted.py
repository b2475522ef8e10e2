"""Wrong Functions that are on nobody's list: all must fail, and a wrong name is worse than none.

Made after the diagnosis bank was. A flag here is one that fits by arithmetic.
"""

from collections.abc import Mapping

from tests.mutants.functions.family import Mistake, wrong

UNLISTED: Mapping[str, Mapping[str, Mistake]] = {
    "quantize": {
        "middle_of_cell": wrong("forward", "offset", value="q + 0.5"),
        "half_precision": wrong("forward", "", whole="x.half()"),
        "quarter_feedback": wrong("gradient", "factor", gradient="g + 0.25 * error"),
        "relative_feedback": wrong("gradient", "factor", gradient="g + error / 256"),
        "gated_at_half": wrong(
            "gradient", "", gradient="torch.where(error > 0.5, g, 0 * g) + error"),
        "root_of_error": wrong("gradient", "", gradient="g + error.sqrt()"),
    },
    "softplus": {
        "beta_two": wrong(
            "forward", "", value_of_x="torch.logaddexp(2 * x, torch.zeros_like(x)) / 2"),
        "slope_is_tanh": wrong("gradient", "", slope="torch.tanh(x)"),
        "slope_of_softsign": wrong("gradient", "", slope="(1 + x.abs())**-2"),
        "slope_of_elu": wrong(
            "gradient", "", slope="torch.where(x > 0, torch.ones_like(x), torch.exp(x))"),
        "slope_of_leaky_relu": wrong("gradient", "", slope="torch.where(x > 0, 1.0, 0.01)"),
        "hard_sigmoid": wrong("gradient", "", slope="(0.2 * x + 0.5).clamp(0, 1)"),
        "steeper": wrong("gradient", "", slope="torch.sigmoid(2 * x)"),
        "summed_cotangent": wrong("gradient", "cotangent_summed", gradient="g.sum() * {slope}"),
        "last_cotangent": wrong(
            "gradient", "", gradient="g.reshape(-1)[-1:].sum() * {slope}"),
        "rolled": wrong("gradient", "", gradient="(g * {slope}).roll(1)"),
        "clipped_gradient": wrong("gradient", "", gradient="(g * {slope}).clamp(-1, 1)"),
        "weight_decay": wrong("gradient", "", gradient="g * {slope} + 0.01 * x"),
        "half_precision": wrong("gradient", "", gradient="(g * {slope}).half().to(x.dtype)"),
        "times_input": wrong("gradient", "value_for_derivative", gradient="g * x"),
    },
    "affine": {
        "x_is_data": wrong("gradient", "zero_gradient", of_x="torch.zeros_like(x)"),
        "weight_decay": wrong("gradient", "", of_W="g.T @ x + 0.01 * W"),
        "largest_for_b": wrong(
            "gradient", "", of_b="torch.cat([g, 0 * W[:, :1].T]).amax(0)"),
        "b_times_batch": wrong("gradient", "factor", of_b="g.sum(0) * len(g)"),
        "mean_over_features": wrong("gradient", "factor", of_W="g.T @ x / x.shape[1]"),
        "absolute_W": wrong("gradient", "", of_x="g @ W.abs()"),
        "centred_input": wrong("gradient", "", of_W="g.T @ (x - x.mean(0))"),
        "sum_over_batch_for_x": wrong(
            "gradient", "", of_x="(g @ W).sum(0).expand_as(x)"),
        "bias_twice": wrong("forward", "", value="x @ W.T + 2 * b"),
        "scaled_product": wrong("forward", "", value="x @ W.T / x.shape[1]**0.5 + b"),
    },
    "sign_ste": {
        "gaussian": wrong("gradient", "", window="torch.exp(-x * x)"),
        "parabola": wrong("gradient", "", window="(1 - x * x).clamp(min=0)"),
        "half_box": wrong("gradient", "factor", window="0.5 * (x.abs() < 1)"),
        "leaky_window": wrong("gradient", "", window="torch.where(x.abs() < 1, 1.0, 0.1)"),
        "window_to_one_and_a_half": wrong("gradient", "window_width", window="(x.abs() < 1.5)"),
        "clipped_in_window": wrong(
            "gradient", "clipped_cotangent", gradient="(g * {window}).clamp(-1, 1)"),
        "same_sign_only": wrong("gradient", "", gradient="g * {window} * (g * x > 0)"),
        "tanh_of_cotangent": wrong("gradient", "", gradient="torch.tanh(g) * {window}"),
    },
}
"""Task -> name -> mistake."""
