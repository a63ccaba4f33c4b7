"""The menu of activities and the drivers and constraints checklist."""
