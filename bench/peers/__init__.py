"""Servers that are measured beside this one; each is started as a program, not imported here."""
