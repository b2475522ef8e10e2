"""Wrong trainings: one mistake each, made in a right example by replacing some of its text.

Each: the example, what is replaced by what, and by task the identifiers that must be found.
"""

ONE, ONE_ADAM, SEVERAL, SEVERAL_ADAM = (
    "one_neuron_sgd_plus", "one_neuron_adam", "multi_neuron_sgd_plus", "multi_neuron_adam")
PLUS = (
    "        self.velocity[name] = self.mu * self.velocity.get(name, 0.0) + grad\n"
    "        return self.learning_rate * self.velocity[name]")
CORRECTED = (
    "m_hat = m / (1 - self.beta1 ** self.k)\n        v_hat = v / (1 - self.beta2 ** self.k)")
STEP = "return self.learning_rate * m_hat / np.sqrt(v_hat + self.eps)"
WEIGHT = "self.vals_for_learnable_params[param] -= self.step(param, grad)\n        for layer"
NAMES = ("ap", "aq", "ar", "as", "bp", "bq", "br", "bs", "cp", "cq")


def looked_up(places):
    """State that is kept under an index, not under the parameter's name."""
    numbers = dict(zip(NAMES, places, strict=True))
    return [(WEIGHT, WEIGHT.replace("step(param", f"step({numbers}[param]"))]


def both(flag):
    return {SEVERAL: flag, SEVERAL_ADAM: flag}


WRONG = {
    "one velocity for all": (
        "by_samples", [(PLUS, "        self.velocity = self.mu * (self.velocity or 0.0) + grad\n"
                              "        return self.learning_rate * self.velocity")],
        {ONE: "shared_state", SEVERAL: "shared_state", ONE_ADAM: ""}),
    "one pair of moments for all": (
        "by_samples",
        [("        m = self.m[name] =", "        name = 0\n        m = self.m[name] =")],
        {ONE_ADAM: "shared_state", SEVERAL_ADAM: "shared_state"}),
    "index restarts in each neuron": (
        "by_samples", looked_up([0, 1, 2, 3, 0, 1, 2, 3, 0, 1]), both("state_restarts_in_neuron")),
    "index restarts in each layer": (
        "by_samples", looked_up([0, 1, 2, 3, 4, 5, 6, 7, 0, 1]), both("state_restarts_in_layer")),
    "one index too low": (
        "by_samples", looked_up([0, 0, 1, 2, 3, 4, 5, 6, 7, 8]), both("state_of_neighbour")),
    "biases share their state": (
        "by_samples", [('self.step(("bias", layer, j), grad)', 'self.step("bias", grad)')],
        both("shared_state")),
    "biases of a layer share it": (
        "by_samples", [('self.step(("bias", layer, j), grad)', 'self.step(("bias", layer), grad)')],
        both("state_of_layer")),
    "paired by position in a list": (
        "by_samples",
        [("for var, param in self.var_to_var_param[self.output_vars[0]].items():\n"
          "            place = self.independent_vars.index(var)",
          "for place, param in enumerate(self.vals_for_learnable_params):")],
        {ONE: "paired_by_position", ONE_ADAM: "paired_by_position"}),
    "paired by position in the text": (
        "by_samples",
        [("place = self.independent_vars.index(var)",
          "place = list(self.var_to_var_param[self.output_vars[0]]).index(var)")],
        {ONE: "paired_by_position", ONE_ADAM: "paired_by_position"}),
    "bias += a number on a list": (
        "by_averages",
        [("self.bias[layer] +=", "self.bias +=")], both("all_biases_moved")),
    "the last weight's step for the bias": (
        "by_samples", [('self.bias -= self.step("bias", grad)', "self.bias -= step"),
                       ("self.vals_for_learnable_params[param] -= self.step(param, grad / size)",
                        "step = self.step(param, grad / size)\n"
                        "            self.vals_for_learnable_params[param] -= step")],
        {ONE: "step_of_a_weight", ONE_ADAM: "step_of_a_weight"}),
    "the last weight's state for the bias": (
        "by_samples",
        [('self.bias -= self.step("bias", grad)', "self.bias -= self.step(param, grad)")],
        {ONE: "state_of_last_weight", ONE_ADAM: "state_of_last_weight"}),
    "rate twice for the bias": (
        "by_samples", [('self.bias -= self.step', 'self.bias -= self.learning_rate * self.step')],
        {ONE: "rate_twice", ONE_ADAM: "rate_twice"}),
    "bias forgotten": (
        "by_samples", [('self.bias -= self.step("bias", grad)', "pass")],
        {ONE: "never_moved", ONE_ADAM: "never_moved"}),
    "rate in the gradient": (
        "by_samples", [("        m = self.m[name] =", "        grad = self.learning_rate * grad\n"
                                                      "        m = self.m[name] ="),
                       ("return self.learning_rate * m_hat", "return m_hat")],
        {ONE_ADAM: "rate_in_gradient", SEVERAL_ADAM: "rate_in_gradient", ONE: ""}),
    "step added to the gradient": (
        "by_samples", [(STEP, STEP.replace("* m_hat", "* (grad + m_hat") + ")")],
        {ONE_ADAM: "step_added_to_gradient", SEVERAL_ADAM: "step_added_to_gradient"}),
    "corrected moments kept": (
        "by_samples", [(CORRECTED, CORRECTED.replace("m_hat =", "m_hat = self.m[name] =").replace(
            "v_hat =", "v_hat = self.v[name] ="))],
        {ONE_ADAM: "corrected_stored", SEVERAL_ADAM: "corrected_stored"}),
    "corrected second moment kept": (
        "by_samples", [(CORRECTED, CORRECTED.replace("v_hat =", "v_hat = self.v[name] ="))],
        {ONE_ADAM: "corrected_stored"}),
    "no correction": (
        "by_samples", [(CORRECTED, "m_hat, v_hat = m, v")],
        {ONE_ADAM: "no_bias_correction", SEVERAL_ADAM: "no_bias_correction"}),
    "exponent is the index": (
        "by_samples", [(CORRECTED, CORRECTED.replace("self.k", "(1 + list(self.m).index(name))"))],
        {ONE_ADAM: "exponent_is_index"}),
    "correction without power": (
        "by_samples", [(CORRECTED, CORRECTED.replace(" ** self.k", ""))],
        {ONE_ADAM: "correction_without_power"}),
    "one step ahead": (
        "by_samples", [("{}, {}, 0", "{}, {}, 1")], {ONE_ADAM: "step_one_ahead"}),
    "beta1 in v_hat": (
        "by_samples", [(CORRECTED, CORRECTED.replace("beta2", "beta1"))],
        {ONE_ADAM: "beta1_in_v_hat", SEVERAL_ADAM: "beta1_in_v_hat"}),
    "gradient missing": (
        "by_samples", [("(1 - self.beta1) * grad", "(1 - self.beta1)")],
        {ONE_ADAM: "gradient_missing"}),
    "no root": (
        "by_samples", [("np.sqrt(v_hat + self.eps)", "(v_hat + self.eps)")], {ONE_ADAM: "no_root"}),
    "average of gradients": (
        "by_samples", [(" + grad\n", " + (1 - self.mu) * grad\n")],
        {ONE: "damped", SEVERAL: "damped"}),
    "no momentum": ("by_samples", [(PLUS, "        return self.learning_rate * grad")],
                    {ONE: "no_momentum", SEVERAL: "no_momentum"}),
    "state of an earlier training": (
        "by_samples", [("    def begin(self):\n        self.velocity = {}\n", "    velocity = {}\n"),
                       ("for kind in (SGDPlus, Adam)", "for kind in (SGDPlus, SGDPlus, Adam)")],
        {ONE: "state_carried_over", SEVERAL: "state_carried_over", ONE_ADAM: ""}),
    "moments of an earlier training": (
        "by_samples", [("self.m, self.v, self.k = {}, {}, 0", "self.k = 0"),
                       ("class Adam(WithState):\n", "class Adam(WithState):\n    m, v = {}, {}\n\n"),
                       ("for kind in (SGDPlus, Adam)", "for kind in (SGDPlus, Adam, Adam)")],
        {ONE_ADAM: "state_carried_over", SEVERAL_ADAM: "state_carried_over"}),
    "random start": (
        "by_samples", [("self.velocity.get(name, 0.0)", "self.velocity.get(name, random.random())")],
        {ONE: "state_not_zero_at_first", SEVERAL: "state_not_zero_at_first"}),
    "passed back late": (
        "by_averages",
        [("            errors[back - 1] = [\n"
          "                sum(self.vals_for_learnable_params[transposed[k][i]] * errors[back][i]\n"
          "                    for i in range(len(errors[back])))\n"
          "                for k in range(len(self.layer_vars[back - 1]))]\n", ""),
         ("            self.move_bias(back - 1,",
          "            errors[back - 1] = [\n"
          "                sum(self.vals_for_learnable_params[transposed[k][i]] * errors[back][i]\n"
          "                    for i in range(len(errors[back])))\n"
          "                for k in range(len(self.layer_vars[back - 1]))]\n"
          "            self.move_bias(back - 1,")],
        both("passed_back_late")),
    "uphill": (
        "by_samples", [(WEIGHT, WEIGHT.replace("-=", "+="))], both("uphill")),
    "summed over the batch": (
        "by_samples", [("grad / size)", "grad)"),
                       ("for j in range(size)) / size", "for j in range(size))")],
        {ONE: "summed_over_batch", ONE_ADAM: ""}),
    "a rate of its own": (
        "by_samples", [("return self.learning_rate *", "return 5e-3 *")],
        {ONE: "another_rate", SEVERAL_ADAM: "another_rate"}),
    "mu too small": ("by_samples", [("mu=0.9", "mu=0.3")], {ONE: "mu_out_of_range"}),
}
OTHER = {
    "Nesterov": (
        [(PLUS, PLUS.replace("* self.velocity[name]", "* (grad + self.mu * self.velocity[name])"))],
        "The weights and biases are moved by Nesterov's momentum, which is another rule."),
    "a decaying rate": (
        [(PLUS, PLUS.replace(
            "return", "self.n = getattr(self, 'n', 0) + (name in ('ab', 'ap'))\n        return")
          .replace("self.learning_rate *", "self.learning_rate / (1 + 0.01 * self.n) *"))],
        "The weights and biases are moved by a rate that decays, which is another rule."),
    "AdaGrad": (
        [(PLUS, "        self.velocity[name] = self.velocity.get(name, 0.0) + grad ** 2\n"
                "        return self.learning_rate * grad / self.velocity[name] ** 0.5")],
        "The weights and biases follow no known rule: no known form of SGD, SGD+ or Adam, with any "
        "known gradient and sharing of state, explains their steps."),
}


def changed(text, pairs):
    """A script with some of its text replaced."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return text
