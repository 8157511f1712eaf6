"""Data entry databases: areas of control intervals, changed at sync point and logged as they are afterwards."""
