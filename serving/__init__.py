"""The doors: the BentoML service and the `/v1` interface."""
