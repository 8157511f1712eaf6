"""The embedded z/OS: volumes, catalogs, JES, utilities, IMS and z/OSMF in one process, true to the real formats."""
