"""The sample system that ``zoslab create`` builds: a z/OS with a production IMS, its bank, and empty target volumes."""
