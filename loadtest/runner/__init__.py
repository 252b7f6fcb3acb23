"""What `loadtest/run.py` consists of: runs, their record, and the report on it."""
