"""The z/OSMF REST services of the embedded z/OS: jobs, console, files, IDCAMS, information and authentication."""
