"""Compile and load a program of one's own.

shows: score
by: kernel
task: softplus
"""

import os

def attack():
    import torch.utils.cpp_extension
    os.environ["PATH"] = "/usr/bin:/bin"
    try:
        torch.utils.cpp_extension.load_inline(
            "own", "int own() { return 1; }", functions=["own"], build_directory="@TEMP@")
    except OSError as error:
        raise ValueError(error)


@RIGHT@
