"""The job entry subsystem: JCL, spool, initiators, allocation and the running of steps."""
