"""Wrong forward() and backward() that no bank knows: what a mistake in one corner looks like.

`OUTSIDE`: a name for each -> the method that is wrong, and the whole file. Each is wrong in one way
that students and generators of code have: one operator, one kind of operand, one size of graph, one
kind of name, something kept from an earlier graph.
"""

from tests.mutants.backprop_right import BACKWARDS, FORWARDS, HELPERS, submission

OUTSIDE = {}
PROGRAM, DIFFERENCES = FORWARDS["program"], FORWARDS["forward_differences"]
SLOPES = "def slopes(symbol, a, b=None):"
LOOP = "for node in graph.nodes:"


def forward(name, *replaced, base=PROGRAM):
    """Add a forward(): the text of the helpers and of a right one, with each pair replaced."""
    helpers, method = HELPERS, base
    for old, new in replaced:
        assert old in helpers + method, (name, old)
        helpers, method = helpers.replace(old, new), method.replace(old, new)
    OUTSIDE[name] = ("forward", submission(method, BACKWARDS["reverse_order"], helpers))


def slope(name, condition, changed):
    """Add a forward() whose slopes are these where the condition holds, on symbol, a, b, y."""
    forward(name, ("    return {\n        \"+\": lambda: (1, 1)",
                   f"    if {condition}:\n        return {changed}\n"
                   "    return {\n        \"+\": lambda: (1, 1)"))


def backward(name, *replaced, base="reverse_order", head=""):
    """Add a backward(): a right one with each pair replaced."""
    method = BACKWARDS[base]
    for old, new in replaced:
        assert old in method, (name, old)
        method = method.replace(old, new)
    OUTSIDE[name] = ("backward", submission(PROGRAM, method, HELPERS + head))


def written(name, body, head=""):
    """Add a backward() of this body, indented by 8."""
    method = "\n    @staticmethod\n    def backward(graph, partials, errors):\n" + body.strip("\n")
    OUTSIDE[name] = ("backward", submission(PROGRAM, method + "\n", HELPERS + head))


# --- forward(): one operator, one kind of operand ------------------------------------------------

POWER = 'symbol == "^"'
slope("log of the exponent", POWER, "(b * a ** (b - 1), y * math.log(abs(b)) if b else 0.0)")
slope("a negative exponent is raised", f"{POWER} and b < 0", "(b * a ** (b + 1), 0.0)")
slope("the exponent is a whole number", f"{POWER} and b != int(b)",
      "(int(b) * a ** (int(b) - 1), y * math.log(a))")
slope("a square is 2x, a cube 3x^2, and nothing else", f"{POWER} and b not in (2, 3)",
      "(1.0, 0.0)")
slope("an exponent of 1/2", f"{POWER} and b == 0.5", "(0.5 * a ** 0.5, 0.0)")
slope("a negative base", f"{POWER} and a < 0", "(b * abs(a) ** (b - 1), 0.0)")
slope("a cube of a negative number", f"{POWER} and b == 3 and a < 0", "(-3 * a ** 2, 0.0)")
slope("the size of the logarithm", f"{POWER} and a > 0", "(b * a ** (b - 1), y * abs(math.log(a)))")
slope("an exponent of 0", f"{POWER} and b == 0", "(1.0, y * math.log(a) if a > 0 else 0.0)")
slope("a base of 0", f"{POWER} and a == 0", "(1.0, 0.0)")
slope("a negative denominator", 'symbol == "/" and b < 0', "(1 / abs(b), -a / b ** 2)")
slope("a small quotient", 'symbol == "/" and abs(a) < 1', "(1 / b, -a / b)")
slope("relu is a leaky one", 'symbol == "relu" and a <= 0', "(0.01,)")
slope("relu has slope 1", 'symbol == "relu"', "(1.0,)")
slope("relu that is on counts its value", 'symbol == "relu" and a > 0', "(y,)")
slope("the sigmoid is 0 from 6 on", 'symbol == "sigmoid" and abs(a) > 6', "(0.0,)")
slope("the sigmoid is 0 from 20 on", 'symbol == "sigmoid" and a < -20', "(0.0,)")
slope("the sigmoid is 1 at large numbers", 'symbol == "sigmoid" and a > 4', "(0.0,)")
slope("tanh is 0 from 3 on", 'symbol == "tanh" and abs(a) > 3', "(0.0,)")
slope("tanh of negative numbers", 'symbol == "tanh" and a < 0', "(1 + y * y,)")
slope("the hard sigmoid's slope", 'symbol == "sigmoid"', "(0.25 if abs(a) < 2 else 0.0,)")
slope("tanh of at most 0.999", 'symbol == "tanh"', "(1 - min(0.999, abs(y)) ** 2,)")
slope("relu is smooth at 0", 'symbol == "relu" and abs(a) < 0.05', "(0.5,)")
slope("identity is constant", 'symbol == "identity"', "(0.0,)")
slope("identity is unknown", 'symbol == "identity"', "(undefined,)")
slope("a minus in front of a small number", 'symbol == "neg" and abs(a) > 1', "(1.0,)")
slope("a minus in front", 'symbol == "neg"', "(1.0,)")
slope("a product of equals", 'symbol == "*" and a == b', "(a, 0.0)")
slope("a product with 0", 'symbol == "*" and 0 in (a, b)', "(0.0, 0.0)")
slope("a difference of negative result", 'symbol == "-" and a < b', "(-1, 1)")
slope("large products", 'symbol == "*" and abs(a * b) > 4', "(b / 2, a / 2)")

APPLIED = "slopes(symbol, *a)"


def operand(name, condition, factor):
    """Add a forward() with this factor in the slope for an operand that `condition` says of.

    It sees `symbol`, `place` and `child`: the symbol of the operand, "number" or a name.
    """
    forward(name, (
        "for i, slope in zip(operands, slopes(symbol, *a)):",
        "for place, (i, slope) in enumerate(zip(operands, slopes(symbol, *a))):\n"
        "                        child = node.program[i]\n"
        "                        child = child[0] if isinstance(child, tuple) else (\n"
        "                            child if isinstance(child, str) else 'number')\n"
        f"                        if {condition}:\n"
        f"                            slope = slope * ({factor})"))


operand("no inner derivative in a power", 'symbol == "^" and place == 0 and child in "+-"', "0.5")
operand("calls in calls", 'symbol in ("tanh", "sigmoid", "relu") and child in '
        '("tanh", "sigmoid", "relu")', "0")
operand("a product below a fraction line", 'symbol == "/" and place == 1 and child == "*"', "-1")
operand("a fraction above a fraction line", 'symbol == "/" and place == 0 and child == "/"', "2")
operand("a power in an exponent", 'symbol == "^" and place == 1 and child == "^"', "0")
operand("a minus in an exponent", 'symbol == "^" and place == 1 and child == "neg"', "-1")
operand("a minus in a call", 'symbol in ("tanh", "sigmoid") and child == "neg"', "-1")
operand("a minus before a parenthesis", 'symbol == "neg" and child in ("+", "-", "*")', "-1")
operand("a difference that is taken off", 'symbol == "-" and place == 1 and child == "-"', "-1")
operand("a number in front", 'symbol == "*" and isinstance(node.program[operands[0]], float)',
        "1 / results[operands[0]]")
operand("a number below", 'symbol == "/" and isinstance(node.program[operands[1]], float)',
        "results[operands[1]]")
operand("a number above", 'symbol == "/" and isinstance(node.program[operands[0]], float)', "0")
operand("a call in a product on the right",
        'symbol == "*" and place == 1 and child in ("tanh", "sigmoid")', "2")

# --- forward(): graphs, names, memory ------------------------------------------------------------

ROW = "name: tangents[-1].get(name, 0.0) for name in node.arguments + node.parameters}"
GOT = "tangents[-1].get(name, 0.0)"


def entry(name, condition, other="0.0"):
    """Add a forward() that has another number where a condition on node and name holds."""
    forward(name, (ROW, ROW.replace(GOT, f"({other} if {condition} else {GOT})")))


entry("only the first six nodes", "graph.nodes.index(node) >= 6")
entry("only nine nodes", "graph.nodes.index(node) >= 9")
entry("only names of three letters", "len(name) > 3")
entry("only names without digits", "any(one.isdigit() for one in name)")
entry("only names in small letters", "name != name.lower()")
entry("only three parameters", "name in node.parameters[3:]")
entry("only two arguments", "name in node.arguments[2:]")
entry("only inputs among the arguments", "name in graph.inputs[2:]")
entry("a node of parameters alone", "not node.arguments")
entry("a name three times", "node.program.count(name) > 2", f"{GOT} / 2")
entry("a parameter of two nodes",
      "sum(name in one.parameters for one in graph.nodes) > 2", f"{GOT} / 2")
entry("only five names", "(node.arguments + node.parameters).index(name) >= 5")
entry("nothing of short lines", "len(node.text) > 30")
entry("nothing below 0.01", f"abs({GOT}) < 0.01")
entry("at most 10", f"{GOT} > 10", "10.0")
entry("rounded to two digits", "True", f"round({GOT}, 2)")
entry("a node that leads nowhere",
      "node.name not in graph.outputs and not any(node.name in one.arguments "
      "for one in graph.nodes)")
forward("values rounded to four digits",
        ("values[node.name] = results[-1]", "values[node.name] = round(results[-1], 4)"))
forward("0 counts as missing",
        ("results.append(values[one])", "results.append(values[one] or 0.1)"))
forward("rows kept by the name of the node", (SLOPES, f"KEPT = {{}}\n\n\n{SLOPES}"),
        ("            partials[node.name] = {",
         "            partials[node.name] = KEPT.get(node.name) or {"),
        ("        return values, partials",
         "        KEPT.update(partials)\n        return values, partials"))
CACHED = '''
    @staticmethod
    def forward(graph, values):
        values, partials = dict(values), {}
        for node in graph.nodes:
            at = values[node.name] = node.value(values)
            if KEY not in KEPT:
                KEPT[KEY] = {
                    name: (node.value({**values, name: values[name] + 1e-6}) - at) / 1e-6
                    for name in node.arguments + node.parameters}
            partials[node.name] = KEPT[KEY]
        return values, partials
'''
for title, key in (
    ("rows kept by the expression", "node.text"), ("rows kept by the node", "node"),
    ("rows kept by the number of the node", "(graph, node.name)"),
):
    forward(title, (SLOPES, f"KEPT = {{}}\n\n\n{SLOPES}"), base=CACHED.replace("KEY", key))
forward("the first values of a name stay", (SLOPES, f"KEPT = {{}}\n\n\n{SLOPES}"),
        ("values, partials = dict(values), {}",
         "values, partials = {name: KEPT.setdefault(name, value)\n"
         "                            for name, value in values.items()}, {}"))
forward("a step of the size of the value",
        ("moved[name] = moved[name] + delta",
         "delta = 1e-6 * values[name]\n                moved[name] = moved[name] + delta"),
        base=DIFFERENCES)
forward("names replaced in the text", base='''
    @staticmethod
    def forward(graph, values):
        values, partials = dict(values), {}
        scope = {"sigmoid": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh,
                 "relu": lambda x: max(x, 0.0), "identity": lambda x: x}

        def evaluate(node, given):
            text = node.text.partition("=")[2].replace("^", "**")
            for name in node.arguments + node.parameters:
                text = text.replace(name, f"({given[name]!r})")
            return eval(text, scope)

        for node in graph.nodes:
            at = values[node.name] = evaluate(node, values)
            partials[node.name] = {
                name: (evaluate(node, {**values, name: values[name] + 1e-6}) - at) / 1e-6
                for name in node.arguments + node.parameters}
        return values, partials
''')

# --- backward() ----------------------------------------------------------------------------------

AT_NODE = "passed[name] += passed[node.name] * partials[node.name][name]"
AT_PARAMETER = "gradients[name] += passed[node.name] * partials[node.name][name]"
COUNTED = "count = {}\n        for node in reversed(graph.nodes):"
REVERSED = "for node in reversed(graph.nodes):"
COUNT = "count[name] = count.get(name, 0) + 1"


def at(name, place, condition):
    """Add a backward() that passes a share on only if a condition holds, to nodes or parameters."""
    backward(name, (REVERSED, COUNTED), (place, (
        f"{COUNT}\n                if {condition}:\n                    {place}")))


at("two readers of a node", AT_NODE, "count[name] <= 2")
at("three readers of a node", AT_NODE, "count[name] <= 3")
at("two nodes with a parameter", AT_PARAMETER, "count[name] <= 2")
at("three nodes with a parameter", AT_PARAMETER, "count[name] <= 3")
at("only the first argument", AT_NODE, "name == node.arguments[0]")
at("only neighbours", AT_NODE,
   "name in graph.inputs or graph.nodes[graph.nodes.index(node) - 1].name == name")
at("five readers of a node", AT_NODE, "count[name] <= 5")
at("seven nodes with a parameter", AT_PARAMETER, "count[name] <= 7")
at("names that begin alike", AT_PARAMETER,
   "not any(one != name and one.startswith(name) for one in graph.parameters)")
at("small shares are dropped", AT_PARAMETER,
   "abs(passed[node.name] * partials[node.name][name]) > 1e-3")
at("short names only", AT_PARAMETER, "count[name] == 1 or len(name) <= 3")
at("the second of two parameters that are reused", AT_PARAMETER,
   "count[name] == 1 or next(one for one in count if count[one] > 1 and "
   "one in graph.parameters) == name")
backward("the last six nodes", (REVERSED, "for node in graph.nodes[:-7:-1]:"))
backward("the last nine nodes", (REVERSED, "for node in graph.nodes[:-10:-1]:"))
backward("in the order of the alphabet",
         (REVERSED, "for node in sorted(graph.nodes, key=lambda one: one.name, reverse=True):"))
backward("all but the first node, if there are several",
         (REVERSED, "for node in reversed(graph.nodes[len(graph.nodes) == 1:]):"))
backward("two outputs", ("passed.update(errors)", "passed.update(list(errors.items())[:2])"))
backward("the error of the last node",
         ("passed.update(errors)",
          "passed.update(errors if len(errors) > 1 else {\n"
          "            graph.nodes[-1].name: next(iter(errors.values()))})"))
backward("the sizes of errors",
         ("passed.update(errors)", "passed.update({n: abs(e) for n, e in errors.items()})"))
backward("errors between -100 and 100",
         ("passed.update(errors)",
          "passed.update({n: max(-100, min(100, e)) for n, e in errors.items()})"))
backward("the first five parameters",
         ("return gradients",
          "return {n: v * (i < 5) for i, (n, v) in enumerate(gradients.items())}"))
backward("half precision",
         ("return gradients",
          "return {n: float(__import__('numpy').float16(v)) for n, v in gradients.items()}"))
backward("errors by the alphabet",
         ("passed.update(errors)", "passed.update(zip(sorted(errors), errors.values()))"))
backward("an error of 0 is 1",
         ("passed.update(errors)", "passed.update({n: e or 1.0 for n, e in errors.items()})"))
backward("dead nodes have an error",
         ("passed.update(errors)",
          "passed.update({node.name: 1.0 for node in graph.nodes if not any(\n"
          "            node.name in one.arguments for one in graph.nodes)})\n"
          "        passed.update(errors)"))
backward("ends at the first error of 0",
         (REVERSED, f"{REVERSED}\n            if passed[node.name] == 0:\n                break"))
backward("ends a row at the first partial of 0",
         (AT_NODE, f"if not partials[node.name][name]:\n                    break\n"
                   f"                {AT_NODE}"))
backward("gradients between -10 and 10",
         ("return gradients",
          "return {name: max(-10.0, min(10.0, value)) for name, value in gradients.items()}"))
backward("gradients between -100 and 100",
         ("return gradients",
          "return {name: max(-100.0, min(100.0, value)) for name, value in gradients.items()}"))
for digits in (4, 6, 8):
    backward(f"rounded to {digits} digits",
             ("return gradients",
              f"return {{name: round(value, {digits}) for name, value in gradients.items()}}"))
backward("a factor of 1.00005",
         ("return gradients",
          "return {name: 1.00005 * value for name, value in gradients.items()}"))
backward("a little weight decay",
         ("return gradients",
          "return {name: value + 1e-6 for name, value in gradients.items()}"))
backward("gradients of the alphabet",
         ("return gradients", "return dict(zip(sorted(gradients), gradients.values()))"))
backward("the mean of three", (REVERSED, COUNTED), (AT_PARAMETER, f"{COUNT}\n                "
         + AT_PARAMETER), ("return gradients",
         "return {n: v / 3 if count.get(n) == 3 else v for n, v in gradients.items()}"))
backward("an output that is read twice",
         (AT_NODE, "readers = sum(name in one.arguments for one in graph.nodes)\n"
                   f"                if name not in errors or readers < 2:\n"
                   f"                    {AT_NODE}"))
backward("gradients add up from graph to graph",
         ("gradients = dict.fromkeys(graph.parameters, 0.0)",
          "gradients = Graph.__dict__.get('kept') or setattr(Graph, 'kept', {}) or Graph.kept\n"
          "        gradients.update({n: gradients.get(n, 0.0) for n in graph.parameters})"),
         ("return gradients", "return {name: gradients[name] for name in graph.parameters}"))
backward("errors of earlier graphs stay",
         ("passed.update(errors)", "KEPT.update(errors)\n        passed.update(\n"
          "            {name: error for name, error in KEPT.items() if name in passed})"),
         head="\nKEPT = {}\n")
backward("errors of the first graph stay",
         ("passed.update(errors)",
          "passed.update({n: KEPT.setdefault(n, e) for n, e in errors.items()})"),
         head="\nKEPT = {}\n")
backward("answers kept by the graph",
         ("return gradients", "return KEPT.setdefault(graph, gradients)"), head="\nKEPT = {}\n")
backward("partials kept by the graph",
         ("gradients = dict",
          "partials = KEPT.setdefault(graph, partials)\n        gradients = dict"),
         head="\nKEPT = {}\n")
backward("readers kept by the name",
         ("for node in graph.nodes if name in node.arguments)",
          "for node in KEPT.setdefault(\n                    name, [n for n in graph.nodes "
          "if name in n.arguments]) if node.name in partials)"),
         base="recursive", head="\nKEPT = {}\n")
written("equal shares count once", """
        shares = {}

        def follow(node, product):
            for name in node.parameters:
                shares.setdefault(name, set()).add(product * partials[node.name][name])
            for name in node.arguments:
                if name in nodes:
                    follow(nodes[name], product * partials[node.name][name])

        nodes = {node.name: node for node in graph.nodes}
        for name in graph.outputs:
            follow(nodes[name], errors[name])
        return {name: sum(shares.get(name, ())) for name in graph.parameters}
""")
for depth in (6, 9):
    written(f"paths of at most {depth} nodes", f"""
        nodes = {{node.name: node for node in graph.nodes}}
        gradients = dict.fromkeys(graph.parameters, 0.0)

        def follow(node, product, depth):
            if depth > {depth}:
                return
            for name in node.parameters:
                gradients[name] += product * partials[node.name][name]
            for name in node.arguments:
                if name in nodes:
                    follow(nodes[name], product * partials[node.name][name], depth + 1)

        for name in graph.outputs:
            follow(nodes[name], errors[name], 1)
        return gradients
""")
written("at most eight paths to a node", """
        nodes = {node.name: node for node in graph.nodes}
        gradients, visits = dict.fromkeys(graph.parameters, 0.0), {}

        def follow(node, product):
            visits[node.name] = visits.get(node.name, 0) + 1
            if visits[node.name] > 8:
                return
            for name in node.parameters:
                gradients[name] += product * partials[node.name][name]
            for name in node.arguments:
                if name in nodes:
                    follow(nodes[name], product * partials[node.name][name])

        for name in graph.outputs:
            follow(nodes[name], errors[name])
        return gradients
""")
written("one layer after the other", """
        gradients = dict.fromkeys(graph.parameters, 0.0)
        error, level = dict(errors), list(graph.outputs)
        nodes = {node.name: node for node in graph.nodes}
        while level:                        # each layer as a whole, but each node once
            before = []
            for name in level:
                for other, partial in partials[name].items():
                    if other in gradients:
                        gradients[other] += error[name] * partial
                    elif other in nodes:
                        error[other] = error.get(other, 0.0) + error[name] * partial
                        if other not in before:
                            before.append(other)
            level = before
        return gradients
""")
written("dead nodes are not expected", """
        error = dict(errors)
        for node in reversed(graph.nodes):
            for name, partial in partials[node.name].items():
                error[name] = error.get(name, 0.0) + error[node.name] * partial
        return {name: error[name] for name in graph.parameters}
""")
TRUE_NAMES = {"a factor of 1.00005": ("constant_factor",)}
"""What is in no bank and gets a name all the same, which is what it does."""
