"""What is wrong with a server and its data folder, where, and what to do; it runs beside a server and without one."""

from game_events_api.diagnosis.examining import examine
from game_events_api.diagnosis.symptoms import Examination, Symptom

__all__ = ["Examination", "Symptom", "examine"]
