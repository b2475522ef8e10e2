"""What a right answer becomes by small changes, and which of them explains what a wrong one gives.
"""
