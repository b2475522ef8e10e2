"""Expressions in the lecture's notation: words, grammar, syntax tree and operators."""
