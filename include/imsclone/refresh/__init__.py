"""Database refresh: chosen databases of one IMS, copied into another that runs."""
