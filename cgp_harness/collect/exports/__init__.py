"""Downloads of a class, as each platform names what is in them."""
