"""What tasks wait for without a worker."""
