"""The monitoring system: what devices report, kept for years, rolled up, and handed out."""
