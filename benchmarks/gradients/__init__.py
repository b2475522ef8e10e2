"""Wrong and right Functions through the pipeline, beside `gradcheck`."""
