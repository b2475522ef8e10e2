"""The general DAG: its forward pass, its training in both semantics, its loss, what it prints."""
