"""Access Method Services (IDCAMS): one module per command. Source: DFSMS Access Method Services Commands, SC23-6846."""
