"""Single bugs planted in the product, one at a time: do our own tests see each of them?"""
