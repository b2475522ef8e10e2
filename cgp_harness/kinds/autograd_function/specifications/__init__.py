"""The Functions of the homework on extending Autograd, one per file."""

from collections.abc import Mapping

from cgp_harness.kinds.autograd_function.specifications.affine import AFFINE
from cgp_harness.kinds.autograd_function.specifications.quantize import QUANTIZE
from cgp_harness.kinds.autograd_function.specifications.sign_ste import SIGN_STE
from cgp_harness.kinds.autograd_function.specifications.softplus import SOFTPLUS
from cgp_harness.kinds.autograd_function.specifications.specification import Specification

SPECIFICATIONS: Mapping[str, Specification] = {
    one.name: one for one in (QUANTIZE, SOFTPLUS, AFFINE, SIGN_STE)
}
"""By the name that `specification` in an assignment.toml uses."""
