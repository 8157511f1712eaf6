"""What steps do on z/OS: read facts."""
