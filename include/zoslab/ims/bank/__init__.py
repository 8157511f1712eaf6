"""The bank: the sample application whose money must add up in every clone."""
