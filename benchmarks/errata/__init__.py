"""The lecture's printed code beside its equations, by steps and by whole trainings."""
