"""The lecture's demos: functions that compute, and functions that draw; nothing is written here."""
