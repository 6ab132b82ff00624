"""What is wrong with a server and its data folder, where, and what to do; it runs beside a server and without one."""

from game_events_api.diagnosis.destinations import NO_PERSON, delivery_check
from game_events_api.diagnosis.examining import examine, examine_folder
from game_events_api.diagnosis.running import REPORT_SECONDS
from game_events_api.diagnosis.symptoms import Examination, Symptom, warnings

__all__ = [
    "NO_PERSON",
    "REPORT_SECONDS",
    "Examination",
    "Symptom",
    "delivery_check",
    "examine",
    "examine_folder",
    "warnings",
]
