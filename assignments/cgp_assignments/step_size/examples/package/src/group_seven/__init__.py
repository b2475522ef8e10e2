"""Step-size optimizers of group seven; the rules are in `rules`."""
