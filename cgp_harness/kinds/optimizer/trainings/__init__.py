"""Step-size rules that train problems: closed loop, and against `torch.optim`."""
