"""The one-neuron and multi-neuron models: their passes, calling forms, and the running loss."""
