"""From the points of the checks to the score that counts: what a policy made of it, in lines."""
