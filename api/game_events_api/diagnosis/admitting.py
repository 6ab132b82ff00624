"""Whether anybody can be let in: the API keys and the registered games."""

from datetime import datetime
from pathlib import Path

from game_events_api.admission import GameFile, KeysUnavailable, open_keys
from game_events_api.diagnosis.symptoms import Examination, Symptom, unreadable
from game_events_api.errors import ConfigurationError, FileDamaged

URL = "GAME_EVENTS_KEYS_URL"
START_IT = "do what it says, start PostgreSQL, or correct the URL, its role and its password"
MAKE_ONE = "make one: game-events keys create --name NAME --game GAME"


def keys(data_dir: Path, now: datetime, url: str | None = None) -> Examination:
    """Of PostgreSQL where its URL is given."""
    path = data_dir / "keys.json"
    try:
        store = open_keys(data_dir, url)
        known = store.read()
    except ConfigurationError as error:
        return Examination("keys", "cannot be used", [Symptom(str(error), URL, "set it right, or unset it", True)])
    except KeysUnavailable as error:
        what = f"{error}; servers go by the keys that they knew last, and notice no change"
        return Examination("keys", "PostgreSQL does not answer", [Symptom(what, URL, START_IT)])
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
    return Examination("keys", said, [Symptom(f"{what}: every event is answered 401", store.place, MAKE_ONE)])


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
