"""Right ways to write forward() and backward(), as students do: methods of a class, as text."""

FORWARDS = {}
BACKWARDS = {}

FORWARDS["forward_differences"] = '''
    @staticmethod
    def forward(graph, values):
        values, partials, delta = dict(values), {}, 1e-4
        for node in graph.nodes:
            at = node.value(values)
            row = {}
            for name in node.arguments + node.parameters:
                moved = dict(values)
                moved[name] = moved[name] + delta
                row[name] = (node.value(moved) - at) / delta
            values[node.name] = at
            partials[node.name] = row
        return values, partials
'''

FORWARDS["central_differences"] = '''
    @staticmethod
    def forward(graph, values):
        known, partials = dict(values), {}
        for node in graph.nodes:
            def slope(name, h=1e-6):
                up = node.value(known | {name: known[name] + h})
                down = node.value(known | {name: known[name] - h})
                return (up - down) / (2 * h)
            partials[node.name] = {n: slope(n) for n in (*node.arguments, *node.parameters)}
            known[node.name] = node.value(known)
        return {node.name: known[node.name] for node in graph.nodes}, partials
'''

FORWARDS["program"] = '''
    @staticmethod
    def forward(graph, values):
        values, partials = dict(values), {}
        for node in graph.nodes:
            results, tangents = [], []      # a derivative for every name beside every number
            for one in node.program:
                if isinstance(one, str):
                    results.append(values[one])
                    tangents.append({one: 1.0})
                elif isinstance(one, float):
                    results.append(one)
                    tangents.append({})
                else:
                    symbol, operands = one
                    a = [results[i] for i in operands]
                    results.append(operation(symbol, *a))
                    total = {}
                    for i, slope in zip(operands, slopes(symbol, *a)):
                        for name, tangent in tangents[i].items():
                            total[name] = total.get(name, 0.0) + slope * tangent
                    tangents.append(total)
            values[node.name] = results[-1]
            partials[node.name] = {
                name: tangents[-1].get(name, 0.0) for name in node.arguments + node.parameters}
        return values, partials
'''

HELPERS = '''
import math


def operation(symbol, a, b=None):
    return {
        "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b,
        "^": lambda: a ** b, "neg": lambda: -a, "sigmoid": lambda: 1 / (1 + math.exp(-a)),
        "tanh": lambda: math.tanh(a), "relu": lambda: max(a, 0.0), "identity": lambda: a,
    }[symbol]()


def slopes(symbol, a, b=None):
    y = operation(symbol, a, b)
    return {
        "+": lambda: (1, 1), "-": lambda: (1, -1), "*": lambda: (b, a),
        "/": lambda: (1 / b, -a / b ** 2),
        "^": lambda: (b * a ** (b - 1), y * math.log(a) if a > 0 else 0.0),
        "neg": lambda: (-1,), "sigmoid": lambda: (y * (1 - y),), "tanh": lambda: (1 - y * y,),
        "relu": lambda: (float(a > 0),), "identity": lambda: (1,),
    }[symbol]()
'''

FORWARDS["numpy_table"] = '''
    @staticmethod
    def forward(graph, values):
        # As the lecture prints it: a place for every pair of names, None where there is nothing.
        import numpy as np

        values = {name: np.float64(value) for name, value in values.items()}
        for node in graph.nodes:
            values[node.name] = np.float64(node.value(values))
        partials = {}
        for node in graph.nodes:
            partials[node.name] = dict.fromkeys((*values, *graph.parameters))
            for name in (*node.arguments, *node.parameters):
                moved = {**values, name: values[name] + 1e-5 * (1 + abs(values[name]))}
                change = np.float64(node.value(moved)) - values[node.name]
                partials[node.name][name] = change / (moved[name] - values[name])
        return values, partials
'''

FORWARDS["five_points"] = FORWARDS["central_differences"].replace(
    "h=1e-6", "h=1e-3").replace("return (up - down) / (2 * h)", """\
up2 = node.value(known | {name: known[name] + 2 * h})
                down2 = node.value(known | {name: known[name] - 2 * h})
                return (8 * (up - down) - (up2 - down2)) / (12 * h)""")
for power in (-10, -20, -30):       # nothing is lost where the step is added
    FORWARDS[f"differences_2^{power}"] = FORWARDS["forward_differences"].replace(
        "1e-4", f"2.0 ** {power}")
    FORWARDS[f"central_2^{power}"] = FORWARDS["central_differences"].replace(
        "1e-6", f"2.0 ** {power}")
FORWARDS["coarse_differences"] = FORWARDS["forward_differences"].replace("1e-4", "1e-3")
FORWARDS["fine_differences"] = FORWARDS["forward_differences"].replace("1e-4", "1e-11")

FORWARDS["relative_step"] = FORWARDS["forward_differences"].replace(
    "moved[name] = moved[name] + delta",
    "delta = 1e-6 * max(1.0, abs(values[name]))\n"
    "                moved[name] = moved[name] + delta")
FORWARDS["float32_values"] = FORWARDS["program"].replace("return values, partials", """\
import numpy as np

        def single(row):
            return {name: np.float32(value) for name, value in row.items()}

        return single(values), {node: single(row) for node, row in partials.items()}""")
FORWARDS["text_evaluated"] = '''
    @staticmethod
    def forward(graph, values):
        scope = {"sigmoid": lambda x: 1 / (1 + math.exp(-x)), "tanh": math.tanh,
                 "relu": lambda x: max(x, 0.0), "identity": lambda x: x}
        values, partials = dict(values), {}
        for node in graph.nodes:
            body = node.text.partition("=")[2].replace("^", "**").strip()

            def at(given, body=body):
                return float(eval(body, scope, dict(given)))

            values[node.name] = at(values)
            partials[node.name] = {
                n: (at({**values, n: values[n] + 1e-6}) - at({**values, n: values[n] - 1e-6})) / 2e-6
                for n in node.arguments + node.parameters}
        return values, partials
'''

BACKWARDS["reverse_order"] = '''
    @staticmethod
    def backward(graph, partials, errors):
        gradients = dict.fromkeys(graph.parameters, 0.0)
        passed = {node.name: 0.0 for node in graph.nodes} | dict.fromkeys(graph.inputs, 0.0)
        passed.update(errors)
        for node in reversed(graph.nodes):
            for name in node.arguments:
                passed[name] += passed[node.name] * partials[node.name][name]
            for name in node.parameters:
                gradients[name] += passed[node.name] * partials[node.name][name]
        return gradients
'''

BACKWARDS["one_dict"] = '''
    @staticmethod
    def backward(graph, partials, errors):
        gradients = dict(errors)            # of every name; further names are ignored
        for node in graph.nodes[::-1]:
            for name, partial in partials[node.name].items():
                gradients[name] = gradients.get(name, 0) + gradients.get(node.name, 0) * partial
        return gradients
'''

BACKWARDS["recursive"] = '''
    @staticmethod
    def backward(graph, partials, errors):
        def error(name):                    # asked of the nodes that read it
            return errors.get(name, 0.0) + sum(
                error(node.name) * partials[node.name][name]
                for node in graph.nodes if name in node.arguments)

        return {
            name: sum(error(node.name) * partials[node.name][name]
                      for node in graph.nodes if name in node.parameters)
            for name in graph.parameters
        }
'''

BACKWARDS["all_paths"] = '''
    @staticmethod
    def backward(graph, partials, errors):
        nodes = {node.name: node for node in graph.nodes}
        gradients = {name: 0.0 for name in graph.parameters}

        def follow(node, product):          # one call for every path
            for name in node.parameters:
                gradients[name] += product * partials[node.name][name]
            for name in node.arguments:
                if name in nodes:
                    follow(nodes[name], product * partials[node.name][name])

        for name, error in errors.items():
            follow(nodes[name], error)
        return gradients
'''

BACKWARDS["tangents_forward"] = '''
    @staticmethod
    def backward(graph, partials, errors):
        gradients = {}
        for parameter in graph.parameters:  # forward mode: once through the graph for each
            tangent = {}
            for node in graph.nodes:
                row = partials[node.name]
                direct = row[parameter] if parameter in node.parameters else 0.0
                tangent[node.name] = direct + sum(
                    row[name] * tangent.get(name, 0.0) for name in node.arguments)
            gradients[parameter] = sum(errors[name] * tangent[name] for name in graph.outputs)
        return gradients
'''

BACKWARDS["matrix"] = '''
    @staticmethod
    def backward(graph, partials, errors):
        import numpy as np

        names = [node.name for node in graph.nodes]
        arcs = np.zeros((len(names), len(names)))
        direct = np.zeros((len(names), len(graph.parameters)))
        for i, node in enumerate(graph.nodes):
            for name, partial in partials[node.name].items():
                if name in names:
                    arcs[i, names.index(name)] = partial
                elif name in graph.parameters:
                    direct[i, graph.parameters.index(name)] = partial
        seed = np.array([errors.get(name, 0.0) for name in names])
        error = np.linalg.solve(np.eye(len(names)) - arcs.T, seed)
        return dict(zip(graph.parameters, error @ direct))
'''

BACKWARDS["float32"] = '''
    @staticmethod
    def backward(graph, partials, errors):
        import numpy as np

        error = {name: np.float32(value) for name, value in errors.items()}
        for node in reversed(graph.nodes):
            for name, partial in partials[node.name].items():
                share = error.get(node.name, np.float32(0)) * np.float32(partial)
                error[name] = error.get(name, np.float32(0)) + share
        return {name: error[name] for name in graph.parameters}
'''

BACKWARDS["torch"] = '''
    @staticmethod
    def backward(graph, partials, errors):
        import torch

        error = {name: torch.tensor(value) for name, value in errors.items()}
        for node in reversed(graph.nodes):
            for name, partial in partials[node.name].items():
                share = error.get(node.name, torch.tensor(0.0)) * torch.tensor(partial)
                error[name] = error.get(name, torch.tensor(0.0)) + share
        return {name: error[name] for name in graph.parameters}
'''

BACKWARDS["products_in_float32"] = BACKWARDS["one_dict"].replace(
    "gradients.get(node.name, 0) * partial",
    "float(__import__('numpy').float32(gradients.get(node.name, 0)) * "
    "__import__('numpy').float32(partial))")
BACKWARDS["inverse"] = BACKWARDS["matrix"].replace(
    "np.linalg.solve(np.eye(len(names)) - arcs.T, seed)",
    "np.linalg.inv(np.eye(len(names)) - arcs.T) @ seed")

BACKWARDS["counts_readers"] = '''
    @staticmethod
    def backward(graph, partials, errors):
        nodes = {node.name: node for node in graph.nodes}
        waits = {name: sum(name in node.arguments for node in graph.nodes) for name in nodes}
        error = {name: errors.get(name, 0.0) for name in (*nodes, *graph.inputs, *graph.parameters)}
        ready = [name for name, count in waits.items() if count == 0]
        while ready:                        # Kahn's algorithm, from the outputs
            node = nodes[ready.pop()]
            for name in node.parameters:
                error[name] += error[node.name] * partials[node.name][name]
            for name in node.arguments:
                error[name] += error[node.name] * partials[node.name][name]
                if name in nodes:
                    waits[name] -= 1
                    if waits[name] == 0:
                        ready.append(name)
        return {name: error[name] for name in graph.parameters}
'''


def submission(forward, backward, helpers=HELPERS):
    """A plugin of these two methods."""
    return (f'"""Homework: a computational graph."""\n{helpers}\n\n'
            "from cgp_harness import backprop\n\n\n"
            f'@backprop("graph")\nclass Graph:{forward}{backward}')
