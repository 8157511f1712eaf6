"""IMS: control region, DL/I, buffer pool, logging, restart. Sources: IBM IMS 15 documentation, per module."""
