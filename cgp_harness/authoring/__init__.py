"""A homework written from its solution: texts in, texts out, and one function that writes them."""
