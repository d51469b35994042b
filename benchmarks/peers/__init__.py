"""Ours beside other learners: the same real rows, the same splits, the same calibrator."""
