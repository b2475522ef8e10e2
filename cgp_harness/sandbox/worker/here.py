"""The submission's folder, for what is imported before there is one."""

import os


class Here:
    """Attributes:
    folder: where this process began; in a worker, where the submission is.
    """

    folder = os.getcwd()


HERE = Here()
"""Set by the worker."""
