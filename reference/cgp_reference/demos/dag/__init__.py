"""The demo of the DAG: training by exact gradients, its figure, what it prints."""
