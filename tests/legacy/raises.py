# A homework that was handed in one hour before the deadline
from ComputationalGraphPrimer import *


def loss_of(record):
    return record[-1] / len(recrod)


print(loss_of([0.5]))
