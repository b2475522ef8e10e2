"""In a notebook: results that show themselves, and `%load_ext cgp_harness` (`magics`)."""
