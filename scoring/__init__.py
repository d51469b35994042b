"""Using a model: bundle, scorer, calibration, points and tiers, reasons."""
