"""A copy of the package that was changed: its loops keep the record in `loss_record`."""


class ComputationalGraphPrimer:
    """What stood here is not needed for the example."""

    loss_record = None
