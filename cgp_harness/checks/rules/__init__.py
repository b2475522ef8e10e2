"""Checks of a step-size rule: is it right, and what does it gain?"""
