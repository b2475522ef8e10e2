"""Which rule moved the parameters so? From the numbers of a record alone, in closed form."""
