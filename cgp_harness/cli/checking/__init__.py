"""`cgp check`: what is asked for, how its checks are shown as they end, what is written, watching.
"""
