"""What the spool files hold: whether each can be read, whether the ledger balances, what a person has to look at."""

from pathlib import Path

from game_events_api import audit, ledger
from game_events_api.diagnosis.symptoms import Examination, Symptom

LOOKS = 2
"""A server moves events while they are counted: what is seen once only was on its way."""


def spool(data_dir: Path) -> Examination:
    counted = ledger.read(data_dir)
    waiting = sum(counts.total() for counts in counted.waiting.values())
    folder = data_dir / "spool"
    remedy = "a running server salvages it; else see docs/promise.md and keep the file"
    symptoms = [
        Symptom(f"a spool file cannot be read: {reason}", str(folder / name), remedy)
        for name, reason in counted.unreadable.items()
    ]
    for note in ledger.damage(data_dir):
        what = f"{note.about} of {note.spool} was set aside: {note.reason}"
        if note.events:
            what += f"; {note.events} events can be read nowhere"
        symptoms.append(Symptom(what, str(note.path), "look at it, then move it away with what lies beside it"))
    for name, fault in ledger.letter_faults(data_dir).items():
        remedy = "restore the file from a backup"
        symptoms.append(Symptom(f"a file with dead letters: {fault}", str(folder / name), remedy))
    return Examination("spool", f"{waiting:,} events wait", symptoms)


def balance(data_dir: Path) -> Examination:
    found = _differences(data_dir)
    for _ in range(1, LOOKS):
        found &= _differences(data_dir) if found else set()
    remedy = "game-events reconcile names all that differs; keep the data folder as it is, and report it"
    symptoms = [
        Symptom(one.detail, f"the ledger, {one.name}", remedy) for one in sorted(found, key=lambda one: one.name)
    ]
    return Examination("ledger", "every event taken is delivered, waits, or is a dead letter", symptoms)


def _differences(data_dir: Path) -> set[ledger.Difference]:
    return set(ledger.balance(ledger.read(data_dir), ledger.dead_lettered(data_dir)))


def dead_letters(data_dir: Path) -> Examination:
    counted = ledger.read(data_dir)
    number = counted.total("dead_lettered") + counted.total("rejected_dead_lettered")
    if not number:
        return Examination("dead letters", "none")
    what = f"{number:,} events that the sink will never take wait for a decision"
    remedy = "game-events dead-letters stats says why; then replay or discard them"
    return Examination("dead letters", f"{number:,} wait", [Symptom(what, str(data_dir / "spool"), remedy)])


def audit_log(data_dir: Path) -> Examination:
    verdict = audit.verify(data_dir)
    remedy = "keep the file as it is, and compare it with a backup; game-events audit verify says it again"
    where = str(data_dir / "delivery" / "audit.jsonl")
    symptoms = [Symptom(f"the audit log: {fault}", where, remedy) for fault in verdict.faults]
    return Examination("audit log", f"{verdict.head.number:,} acts", symptoms)
