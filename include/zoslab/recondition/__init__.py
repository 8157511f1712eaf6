"""Renaming in place on copied volumes: VTOC, VTOC index, VVDS and the catalogs on them. No z/OS utility does this."""
