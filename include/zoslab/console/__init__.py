"""The operator's side of the system: commands, messages, replies and the hardcopy log."""
