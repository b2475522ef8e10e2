"""An instructor's own tests of a submission, which stays in its worker: what pytest gives them."""
