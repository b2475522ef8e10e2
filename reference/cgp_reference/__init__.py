"""The reference engine of the lecture: rules, graphs and demos. It knows nothing of grading."""
