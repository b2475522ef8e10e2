"""The graphs that a backpropagation is asked for, and how a failing one gets smaller."""
