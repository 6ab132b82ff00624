"""Where one event is and was."""

from game_events_api.sightings.folder import lake_files, text_of
from game_events_api.sightings.places import Sighting, UnpackedFile, in_lake, in_spools

__all__ = ["Sighting", "UnpackedFile", "in_lake", "in_spools", "lake_files", "text_of"]
