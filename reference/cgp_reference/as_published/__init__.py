"""The lecture's three models with the arithmetic of its printed code, mistakes included.

For those who want the course's own curves. Everything else in `cgp_reference` follows the lecture's
equations; `docs/errata.md` lists where the two differ, with numbers.

    from cgp_reference.as_published.multi_neuron import MultiNeuron
    from cgp_reference.as_published.training import train

    model = MultiNeuron.of(["xw=ap*xp+aq*xq", "xz=bp*xp+bq*xq", "xo=cp*xw+cq*xz"], (2, 2, 1))
    trained = train(model, two_gaussians(2, 5000, seed=100), Random(100),
                    learning_rate=5e-2, iterations=20_000)
    displayed(trained.losses, every=100, published=True)      # the curve of the lecture

"Published" is version 1.1.5 of the lecture's package. Streams are explicit, numbers are drawn in
its order: parameters, biases, then batches from one `random.Random`.
"""
