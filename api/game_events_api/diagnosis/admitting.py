"""Whether anybody can be let in: the API keys and the registered games."""

from datetime import datetime
from pathlib import Path

from game_events_api.admission import GameFile, KeyFile
from game_events_api.diagnosis.symptoms import Examination, Symptom, unreadable
from game_events_api.errors import FileDamaged

MAKE_ONE = "make one: game-events keys create --name NAME --game GAME"


def keys(data_dir: Path, now: datetime) -> Examination:
    path = data_dir / "keys.json"
    try:
        known = KeyFile(path).read()
    except FileDamaged as error:
        return Examination("keys", "the key file is damaged", [_damaged(path, error)])
    except OSError as error:
        return Examination("keys", "the key file cannot be read", [unreadable(path, error)])
    usable = sum(key.usable(now) for key in known)
    said = f"{usable} of {len(known)} can be used"
    if usable:
        return Examination("keys", said)
    revoked = sum(key.revoked_at is not None for key in known)
    what = f"{revoked} keys are revoked and {len(known) - revoked} expired" if known else "there is no key"
    return Examination("keys", said, [Symptom(f"{what}: every event is answered 401", str(path), MAKE_ONE)])


def games(data_dir: Path) -> Examination:
    path = data_dir / "games.json"
    try:
        return Examination("games", f"{len(GameFile(path).read())} are registered")
    except FileDamaged as error:
        return Examination("games", "the list of games is damaged", [_damaged(path, error)])
    except OSError as error:
        return Examination("games", "the list of games cannot be read", [unreadable(path, error)])


def _damaged(path: Path, error: FileDamaged) -> Symptom:
    what, _, remedy = str(error).removeprefix(f"{path} ").partition("; ")
    return Symptom(what, str(path), remedy)
