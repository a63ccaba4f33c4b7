"""The menu of activities and the checklist of factors."""
