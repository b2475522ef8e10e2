"""Wrong forward() and backward(): one mistake each, and what it should be called.

A mutant of forward() is the right `program` with some text put differently; those of backward() are
written out, as a student would. `WRONG_BACKWARDS` and `WRONG_FORWARDS`: a name for each mutant ->
the identifier of its mistake (of both, for a pair) and the method.
"""

from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS

WRONG_FORWARDS = {}
WRONG_BACKWARDS = {}


def forward(name, flag, *replaced, base="program"):
    """Add a mutant: the text of HELPERS and of the method with each pair replaced."""
    helpers, method = HELPERS, FORWARDS[base]
    for old, new in replaced:
        assert old in helpers + method, (name, old)
        helpers, method = helpers.replace(old, new), method.replace(old, new)
    WRONG_FORWARDS[name] = (flag, method, helpers)


def backward(name, flag, body):
    """Add a mutant: the body of the method, indented by 8."""
    head = "\n    @staticmethod\n    def backward(graph, partials, errors):\n"
    WRONG_BACKWARDS[name] = (flag, head + body.strip("\n") + "\n")


def reverse(name, flag, *replaced, base="reverse_order"):
    """Add a mutant: a right method with each pair replaced."""
    method = BACKWARDS[base]
    for old, new in replaced:
        assert old in method, (name, old)
        method = method.replace(old, new)
    WRONG_BACKWARDS[name] = (flag, method)


# --- forward() ---------------------------------------------------------------------------------

SIGMOID = '"sigmoid": lambda: (y * (1 - y),)'
TANH = '"tanh": lambda: (1 - y * y,)'
RELU = '"relu": lambda: (float(a > 0),)'
ROW = "name: tangents[-1].get(name, 0.0) for name in node.arguments + node.parameters}"

forward("no activation derivative", "activation_derivative_dropped",
        (SIGMOID, '"sigmoid": lambda: (1,)'), (TANH, '"tanh": lambda: (1,)'),
        (RELU, '"relu": lambda: (1,)'))
forward("derivative at the output", "activation_derivative_at_output",
        (SIGMOID, '"sigmoid": lambda: (operation(symbol, y) * (1 - operation(symbol, y)),)'),
        (TANH, '"tanh": lambda: (1 - math.tanh(y) ** 2,)'),
        (RELU, '"relu": lambda: (float(y > 0),)'))
forward("y(1-y) of the input", "activation_derivative_of_input",
        (SIGMOID, '"sigmoid": lambda: (a * (1 - a),)'), (TANH, '"tanh": lambda: (1 - a * a,)'))
forward("own factor", "wrong_factor", ("(b, a)", "(a, b)"))
forward("no exponent", "exponent_dropped", ("(b * a ** (b - 1), ", "(a ** (b - 1), "))
forward("exponent kept", "exponent_not_lowered", ("(b * a ** (b - 1), ", "(b * a ** b, "))
forward("a variable exponent counts as fixed", "exponent_as_constant",
        ("y * math.log(a) if a > 0 else 0.0", "0.0"))
forward("plus for minus", "minus_lost", ("(1, -1)", "(1, 1)"))
forward("plus below", "quotient_sign", ("-a / b ** 2", "a / b ** 2"))
forward("no square below", "quotient_not_squared", ("-a / b ** 2", "-a / b"))
forward("overwritten at a second place", "last_occurrence_only",
        ("total[name] = total.get(name, 0.0) + slope * tangent", "total[name] = slope * tangent"))
forward("first place kept", "first_occurrence_only",
        ("total[name] = total.get(name, 0.0) + slope * tangent",
         "total.setdefault(name, slope * tangent)"))
forward("sizes", "absolute_partials", (ROW, ROW.replace("tangents[-1].get(name, 0.0)",
                                                        "abs(tangents[-1].get(name, 0.0))")))
forward("minus everywhere", "sign_flipped", (ROW, ROW.replace("tangents[-1].get(name, 0.0)",
                                                              "-tangents[-1].get(name, 0.0)")))
forward("parameters only", "arguments_zero",
        (ROW, "name: tangents[-1].get(name, 0.0) * (name in node.parameters)"
              " for name in node.arguments + node.parameters}"))
forward("arguments only", "parameters_zero",
        (ROW, "name: tangents[-1].get(name, 0.0) * (name in node.arguments)"
              " for name in node.arguments + node.parameters}"))
forward("no exponent, minus lost", "exponent_dropped minus_lost",
        ("(b * a ** (b - 1), ", "(a ** (b - 1), "), ("(1, -1)", "(1, 1)"))
forward("own factor, no activation derivative", "activation_derivative_dropped wrong_factor",
        ("(b, a)", "(a, b)"), (SIGMOID, '"sigmoid": lambda: (1,)'),
        (TANH, '"tanh": lambda: (1,)'), (RELU, '"relu": lambda: (1,)'))

for kind, names in (("arguments", "node.arguments"), ("parameters", "node.parameters")):
    # Both rows are kept, and the one without the derivative is taken for one kind of name.
    forward(f"dropped for {kind}", f"activation_derivative_dropped_for_{kind}",
            ("results, tangents = [], []  ", "results, tangents, bare = [], [], []  "),
            ("tangents.append({one: 1.0})", "tangents.append({one: 1.0}); bare.append({one: 1.0})"),
            ("tangents.append({})", "tangents.append({}); bare.append({})"),
            ("tangents.append(total)", "tangents.append(total)\n"
             "                    through = (1,) if len(operands) == 1 and symbol != 'neg' "
             "else slopes(symbol, *a)\n"
             "                    total = {}\n"
             "                    for i, slope in zip(operands, through):\n"
             "                        for name, tangent in bare[i].items():\n"
             "                            total[name] = total.get(name, 0.0) + slope * tangent\n"
             "                    bare.append(total)"),
            (ROW, f"name: (bare if name in {names} else tangents)[-1].get(name, 0.0)"
                  " for name in node.arguments + node.parameters}"))

TOTALS = '''
    @staticmethod
    def forward(graph, values):
        def evaluate(given):
            given = dict(given)
            for node in graph.nodes:
                given[node.name] = node.value(given)
            return given

        # A parameter is moved for the whole graph, not for the node alone.
        known, h, partials = evaluate(values), 1e-5, {}
        for node in graph.nodes:
            row = {}
            for name in node.parameters:
                moved = evaluate({**values, name: values[name] + h})
                row[name] = (moved[node.name] - known[node.name]) / h
            for name in node.arguments:
                moved = {**known, name: known[name] + h}
                row[name] = (node.value(moved) - known[node.name]) / h
            partials[node.name] = row
        return known, partials
'''
WRONG_FORWARDS["parameters moved for the whole graph"] = ("total_derivatives", TOTALS, "")

DIFFERENCES = FORWARDS["forward_differences"]
CENTRAL = FORWARDS["central_differences"]
for name, flag, method in (
    ("not divided", "difference_not_divided", DIFFERENCES.replace(" / delta", "")),
    ("times the step", "difference_not_divided", CENTRAL.replace("/ (2 * h)", "/ 2 * h")),
    ("step 0.1", "step_too_large", DIFFERENCES.replace("1e-4", "0.1")),
    ("step 0.01", "step_too_large", DIFFERENCES.replace("1e-4", "1e-2")),
    ("step 1", "step_too_large", DIFFERENCES.replace("1e-4", "1.0")),
    ("step 1e-15", "step_too_small", DIFFERENCES.replace("1e-4", "1e-15")),
    ("step 1e-16", "step_too_small", DIFFERENCES.replace("1e-4", "1e-16")),
    ("over one step", "constant_factor", CENTRAL.replace("(2 * h)", "h")),
    ("over four steps", "constant_factor", CENTRAL.replace("(2 * h)", "(4 * h)")),
    ("central, step 0.5", "step_too_large", CENTRAL.replace("1e-6", "0.5")),
    ("downhill differences", "sign_flipped", DIFFERENCES.replace(
        "(node.value(moved) - at)", "(at - node.value(moved))")),
    ("zeros", "all_zero", DIFFERENCES.replace("(node.value(moved) - at) / delta", "0.0")),
):
    assert method not in (DIFFERENCES, CENTRAL)
    WRONG_FORWARDS[name] = (flag, method, "")

# --- backward() --------------------------------------------------------------------------------

ADD_NODE = "passed[name] += passed[node.name] * partials[node.name][name]"
ADD_PARAMETER = "gradients[name] += passed[node.name] * partials[node.name][name]"
SHARE = "passed[node.name] * partials[node.name][name]"

reverse("replaced at nodes", "node_error_replaced", (ADD_NODE, f"passed[name] = {SHARE}"))
reverse("replaced at parameters", "parameter_gradient_replaced",
        (ADD_PARAMETER, f"gradients[name] = {SHARE}"))
reverse("replaced everywhere", "node_error_replaced parameter_gradient_replaced",
        (ADD_NODE, f"passed[name] = {SHARE}"), (ADD_PARAMETER, f"gradients[name] = {SHARE}"))
reverse("first kept at nodes", "node_error_kept_first",
        (ADD_NODE, f"passed[name] = passed[name] or {SHARE}"))
reverse("first kept at parameters", "parameter_gradient_kept_first",
        (ADD_PARAMETER, f"gradients[name] = gradients[name] or {SHARE}"))
CAME = ("passed.update(errors)", "passed.update(errors)\n        came = set(errors)")
reverse("first kept at nodes, 0 as well", "node_error_kept_first", CAME,
        (ADD_NODE, f"passed[name] = passed[name] if name in came else {SHARE}\n"
                   "                came.add(name)"))
reverse("first kept at parameters, 0 as well", "parameter_gradient_kept_first", CAME,
        (ADD_PARAMETER, f"gradients[name] = gradients[name] if name in came else {SHARE}\n"
                        "                came.add(name)"))
NOTHING_FROM_DEAD_NODES = (
    "            for name in node.arguments:",
    "            if node.name not in came:\n                continue\n"
    "            for name in node.arguments:")
reverse("first kept at nodes, of those that lead to an output", "node_error_kept_first", CAME,
        NOTHING_FROM_DEAD_NODES,
        (ADD_NODE, f"passed[name] = passed[name] if name in came else {SHARE}\n"
                   "                came.add(name)"))
reverse("first kept at parameters, of nodes that lead to an output",
        "parameter_gradient_kept_first", CAME, NOTHING_FROM_DEAD_NODES,
        (ADD_NODE, f"{ADD_NODE}\n                came.add(name)"),
        (ADD_PARAMETER, f"gradients[name] = gradients[name] if name in came else {SHARE}\n"
                        "                came.add(name)"))
reverse("replaced at nodes, but not by 0", "node_error_replaced",
        (ADD_NODE, f"passed[name] = {SHARE} or passed[name]"))
reverse("replaced at parameters, but not by dead nodes", "parameter_gradient_replaced", CAME,
        NOTHING_FROM_DEAD_NODES, (ADD_NODE, f"{ADD_NODE}\n                came.add(name)"),
        (ADD_PARAMETER, f"gradients[name] = {SHARE}"))
reverse("replaced at parameters, but not by 0", "parameter_gradient_replaced",
        (ADD_PARAMETER, f"gradients[name] = {SHARE} or gradients[name]"))
reverse("without the error", "error_not_multiplied",
        ("passed.update(errors)", "passed.update(dict.fromkeys(graph.outputs, 1.0))"))
reverse("all errors everywhere", "errors_summed",
        ("passed.update(errors)",
         "passed.update(dict.fromkeys(graph.outputs, sum(errors.values())))"))
reverse("first output", "first_output_only",
        ("passed.update(errors)", "passed[graph.outputs[0]] = errors[graph.outputs[0]]"))
reverse("last output", "last_output_only",
        ("passed.update(errors)", "passed[graph.outputs[-1]] = errors[graph.outputs[-1]]"))
reverse("minus", "sign_flipped",
        ("return gradients", "return {name: -value for name, value in gradients.items()}"))
reverse("minus two", "constant_factor",
        ("return gradients", "return {name: -2 * value for name, value in gradients.items()}"))
reverse("nothing", "all_zero", (ADD_PARAMETER, "pass"))
reverse("sizes", "absolute_contributions",
        (ADD_NODE, f"passed[name] = abs(passed[name]) + abs({SHARE})"),
        (ADD_PARAMETER, f"gradients[name] += abs({SHARE})"))
reverse("unchanged", "error_passed_unchanged", (ADD_NODE, "passed[name] += passed[node.name]"))
reverse("forward order", "only_direct_parameters", ("reversed(graph.nodes)", "graph.nodes"))
reverse("no propagation", "only_direct_parameters", (ADD_NODE, "pass"))
reverse("outputs keep their own error", "arriving_error_lost",
        (ADD_NODE, f"passed[name] += {SHARE} if name not in errors else 0"))
reverse("inner outputs forgotten", "own_error_lost",
        ("passed.update(errors)",
         "passed.update({name: error for name, error in errors.items()\n"
         "                       if not any(name in node.arguments for node in graph.nodes)})"))
reverse("minus, replaced at nodes", "sign_flipped node_error_replaced",
        (ADD_NODE, f"passed[name] = {SHARE}"),
        ("return gradients", "return {name: -value for name, value in gradients.items()}"))
reverse("unchanged, without the error", "error_not_multiplied error_passed_unchanged",
        (ADD_NODE, "passed[name] += passed[node.name]"),
        ("passed.update(errors)", "passed.update(dict.fromkeys(graph.outputs, 1.0))"))

backward("mean of the paths", "averaged", """
        shares = {name: [error] for name, error in errors.items()}
        for node in reversed(graph.nodes):
            arrived = sum(shares[node.name]) / len(shares[node.name])
            for name, partial in partials[node.name].items():
                shares.setdefault(name, []).append(arrived * partial)
        return {name: sum(shares[name]) / len(shares[name]) for name in graph.parameters}
""")
backward("direct names only", "only_direct_parameters", """
        gradients = {}
        for name, error in errors.items():
            for parameter, partial in partials[name].items():
                gradients[parameter] = gradients.get(parameter, 0.0) + error * partial
        return {name: value for name, value in gradients.items() if name in graph.parameters}
""")
FOLLOW = """
        nodes = {{node.name: node for node in graph.nodes}}
        gradients = dict.fromkeys(graph.parameters, 0.0)

        def follow(node, product):
            for name in node.parameters:
                {}
            for name in node.arguments:
                if name in nodes:
                    follow(nodes[name], product * partials[node.name][name])

        for name in graph.outputs:
            follow(nodes[name], errors[name])
        return gradients
"""
ALONG = "product * partials[node.name][name]"
backward("last path", "one_path_only", FOLLOW.format(f"gradients[name] = {ALONG}"))
backward("first path", "one_path_only", FOLLOW.format(
    f"gradients[name] = gradients[name] or {ALONG}"))
backward("first path of each output", "one_path_only", """
        nodes = {node.name: node for node in graph.nodes}

        def first(name, wanted):            # along the first path, if there is one
            if wanted in nodes[name].parameters:
                return partials[name][wanted]
            for further in nodes[name].arguments:
                below = first(further, wanted) if further in nodes else None
                if below is not None:
                    return partials[name][further] * below
            return None

        return {
            wanted: sum(error * (first(name, wanted) or 0.0) for name, error in errors.items())
            for wanted in graph.parameters
        }
""")

VISITED = """
        nodes = {{node.name: node for node in graph.nodes}}
        error = dict.fromkeys([*nodes, *graph.inputs, *graph.parameters], 0.0) | errors
        waiting = [nodes[name] for name in graph.outputs]
        seen = set()
        while waiting:
            node = waiting.{pop}
            {skip}
            for name, partial in partials[node.name].items():
                error[name] += error[node.name] * partial
                if name in nodes:
                    waiting.append(nodes[name])
        return {{name: error[name] for name in graph.parameters}}
"""
SEEN = """if node.name in seen:
                continue
            seen.add(node.name)"""
backward("queue, twice", "node_processed_twice", VISITED.format(pop="pop(0)", skip="pass"))
backward("stack, twice", "node_processed_twice", VISITED.format(pop="pop()", skip="pass"))
backward("queue, once", "passed_on_too_early", VISITED.format(pop="pop(0)", skip=SEEN))
backward("stack, once", "passed_on_too_early", VISITED.format(pop="pop()", skip=SEEN))

DIVED = """
        nodes = {{node.name: node for node in graph.nodes}}
        error = dict.fromkeys([*nodes, *graph.inputs, *graph.parameters], 0.0) | errors
        seen = set()

        def visit(node):
            seen.add(node.name)
            for name in node.parameters:
                error[name] += error[node.name] * partials[node.name][name]
            for name in node.arguments:
                error[name] += error[node.name] * partials[node.name][name]
                if name in nodes{unless}:
                    visit(nodes[name])

        for name in graph.outputs:
            {start}
        return {{name: error[name] for name in graph.parameters}}
"""
backward("recursion, twice", "node_processed_twice", DIVED.format(
    unless="", start="visit(nodes[name])"))
backward("recursion, once", "passed_on_too_early", DIVED.format(
    unless=" and name not in seen",
    start="if name not in seen:\n                visit(nodes[name])"))

# The textbook network has a chain's shape: layer by layer, with the last reader's error alone.
backward("one reader", "node_error_kept_first", """
        error = dict(errors)
        for node in reversed(graph.nodes):
            readers = [one for one in graph.nodes if node.name in one.arguments]
            if node.name not in error:
                last = readers[-1]
                error[node.name] = error[last.name] * partials[last.name][node.name]
        return {
            name: sum(error[node.name] * partials[node.name][name]
                      for node in graph.nodes if name in node.parameters)
            for name in graph.parameters
        }
""")
# Each wrong, and none of the bank's: the grader is not to guess.
UNNAMED = {
    "squares": ("", BACKWARDS["reverse_order"].replace(
        "return gradients", "return {name: value ** 2 for name, value in gradients.items()}")),
    "a little more": ("", BACKWARDS["reverse_order"].replace(
        "return gradients", "return {name: value + 0.1 for name, value in gradients.items()}")),
}
