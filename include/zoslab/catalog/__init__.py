"""ICF catalogs: BCS records, catalogs as key-sequenced data sets, the master catalog and those connected to it."""
