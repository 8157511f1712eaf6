"""The IMS utilities that copy, recover, archive and accumulate: what the programs of these names do."""
