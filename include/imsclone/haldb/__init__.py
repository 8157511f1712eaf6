"""Copies of HALDBs: partition IDs with their gaps, reorganization numbers, and where both must agree."""
