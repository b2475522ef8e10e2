"""Step-size rules: functions under `@optimizer`, subclasses of `torch.optim.Optimizer`."""
