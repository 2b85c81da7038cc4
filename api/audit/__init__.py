"""What the audit log takes note of, how it is written and how it is read."""
