"""Hooks: how a task reaches z/OSMF."""
