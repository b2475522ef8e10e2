"""More wrong Functions and activations outside the bank, made after the names had become strict.

Whatever they are called must be true of every number; most of them have no name.
"""

from collections.abc import Mapping

from tests.mutants.functions.family import Mistake, wrong

UNKNOWN: Mapping[str, Mapping[str, Mistake]] = {
    "quantize": {
        "rounds_from_three_quarters": wrong("forward", "", whole="(x + 0.25).floor()"),
        "quarters": wrong("forward", "", whole="x.mul(4).floor().div(4)"),
        "feedback_of_positive_g": wrong("gradient", "", gradient="g + error * (g > 0)"),
        "feedback_clipped": wrong("gradient", "", gradient="g + error.clamp(max=0.5)"),
        "feedback_centred": wrong("gradient", "", gradient="g + error - error.mean()"),
        "feedback_plus_a_bit": wrong("gradient", "offset", gradient="g + error + 1e-7"),
        "feedback_to_two_digits": wrong(
            "gradient", "", gradient="g + error.mul(1e2).round().div(1e2)"),
        "gradient_clipped_at_three": wrong("gradient", "", gradient="(g + error).clamp(-3, 3)"),
        "sigmoid_of_error": wrong("gradient", "", gradient="g + torch.sigmoid(error)"),
    },
    "softplus": {
        "five_digits": wrong("gradient", "", gradient="(g * {slope}).mul(1e5).round().div(1e5)"),
        "factor_near_one": wrong("gradient", "factor", gradient="1.00005 * g * {slope}"),
        "slope_cut_at_two": wrong(
            "gradient", "", slope="torch.where(x > 2, 1.0, torch.sigmoid(x))"),
        "slope_from_below": wrong("gradient", "", slope="torch.sigmoid(x - 0.01)"),
        "leaky_cotangent": wrong(
            "gradient", "", gradient="torch.where(g > 0, g, 0.1 * g) * {slope}"),
        "cotangent_to_the_half": wrong(
            "gradient", "", gradient="g.sign() * g.abs().sqrt() * {slope}"),
        "momentum_of_the_batch": wrong("gradient", "", gradient="(g + 0.1 * g.mean()) * {slope}"),
        "soft_cotangent": wrong("gradient", "", gradient="g / (1 + g.abs()) * {slope}"),
        "slope_of_gelu": wrong(
            "gradient", "", slope="(0.5 * (1 + torch.erf(x / 2**0.5)))"),
        "mish": wrong("forward", "", value_of_x="x * torch.tanh(torch.logaddexp(x, 0 * x))"),
        "squareplus": wrong("forward", "", value_of_x="(x + (x * x + 4).sqrt()) / 2"),
        "elu": wrong("forward", "", value_of_x="torch.where(x > 0, x, torch.expm1(x))"),
    },
    "affine": {
        "squared_weights": wrong("gradient", "", of_x="g @ (W * W)"),
        "half_of_b": wrong("gradient", "factor", of_b="g.sum(0) / 2"),
        "median_for_b": wrong("gradient", "", of_b="torch.cat([g, 0 * W[:, :1].T]).median(0)[0]"),
        "clipped_W": wrong("gradient", "", of_W="(g.T @ x).clamp(-1, 1)"),
        "x_relu": wrong("gradient", "", of_W="g.T @ x.clamp(min=0)"),
        "without_first_sample": wrong("gradient", "", of_b="g[1:].sum(0)"),
        "normalised_rows": wrong("gradient", "", of_x="(g @ W) / (1 + x.abs())"),
        "flipped_batch": wrong("gradient", "", of_x="(g @ W).flip(0)"),
        "doubled_first_feature": wrong(
            "forward", "", value="x @ W.T + b + x[:, :1] @ W[:, :1].T"),
        "b_on_the_diagonal": wrong("forward", "", value="x @ W.T + b * b"),
    },
    "sign_ste": {
        "cosine": wrong("gradient", "", window="torch.cos(x) * (x.abs() < 1)"),
        "window_at_two_thirds": wrong("gradient", "", window="(x.abs() < 2 / 3)"),
        "half_at_the_edge": wrong(
            "gradient", "", window="(1.0 * (x.abs() < 0.6) + 0.5 * ((x.abs() >= 0.6) "
            "& (x.abs() < 1)))"),
        "epsilon_outside": wrong(
            "gradient", "", window="((x.abs() < 1) + 1e-6)"),
        "shifted_window": wrong("gradient", "", window="((x - 0.4).abs() < 1)"),
        "sign_from_a_quarter": wrong(
            "forward", "", sign="torch.where(x >= 0.25, 1.0, -1.0).to(x.dtype)"),
        "three_levels": wrong(
            "forward", "", sign="torch.where(x.abs() < 0.5, 0.0, x.sign()).to(x.dtype)"),
    },
    "mine": {
        "cube_root_slope": wrong("activation", "", derivative="np.cbrt(1 - y * y)"),
        "slope_plus_a_bit": wrong("activation", "", derivative="1 - y * y + 1e-4 * np.sin(x)"),
        "slope_wrong_far_out": wrong(
            "activation", "", derivative="np.where(np.abs(x) > 10, 0.5, 1 - y * y)"),
        "two_decimals": wrong("activation", "rounded", derivative="np.round(1 - y * y, 2)"),
        "value_to_six_digits": wrong("activation", "rounded", value="np.round(y, 6)"),
        "slope_of_arctan_halved": wrong("activation", "", derivative="0.5 / (1 + x * x)"),
        "single_value": wrong(
            "activation", "dtype", value="y.astype(np.float32).astype(np.float64)"),
        "single_slope": wrong(
            "activation", "dtype", derivative="(1 - y * y).astype(np.float32).astype(float)"),
    },
}
"""Task -> name -> mistake."""
