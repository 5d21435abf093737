"""The web wing: serves one built release, and reads nothing but it and the garden's queries."""
