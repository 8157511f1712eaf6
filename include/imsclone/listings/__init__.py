"""What utilities print, read into typed results. One file per utility; pure, text in, values out."""
