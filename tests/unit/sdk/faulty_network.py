"""A server and the way to it, with faults drawn from a seed, for what has no socket of its own."""

import random
from datetime import UTC, datetime

import httpx
from game_events.answers import Answer
from game_events.encoding import Encoded
from game_events.sending import Post
from unit.sdk.fake_server import problem, receipt

SCHEDULES = 2_000
NOW = datetime(2026, 11, 21, tzinfo=UTC)


def encoded(name: str, size: int = 0) -> Encoded:
    document = f'{{"event_type":"install","event_id":"{name}","note":"{"x" * size}"}}'
    return Encoded({"event_id": name}, "install", name, document.encode())


class Network:
    """A server and the way to it, with faults drawn from a seed; it knows what it has taken."""

    def __init__(self, seed: int, most: int) -> None:
        self.random = random.Random(seed)
        self.faults = self.random.choice((0.0, 0.2, 0.6, 0.95))
        self.most = most
        self.taken: set[str] = set()
        self.before: httpx.Response | None = None
        """The answer to the request before, as another process may read it from a shared connection."""

    def post(self, step: Post) -> Answer:
        request = httpx.Request("POST", "http://e" + step.path, content=step.body, headers=dict(step.headers))
        fault = self.random.choice(("none", "lost", "early", "status", "foreign", "fewer", "counts"))
        if self.random.random() > self.faults:
            fault = "none"
        if fault == "early":
            raise httpx.ConnectError("refused")
        if fault == "status":
            status = self.random.choice((408, 413, 422, 429, 500, 502, 503, 511))
            return self.answer(problem(status) if self.random.random() < 0.5 else httpx.Response(status))
        answer = receipt(request)
        document = answer.json()
        results = document.get("results", [document])
        if len(results) > self.most:
            return self.answer(problem(413))
        for result in results:
            result["status"] = "duplicate" if result["event_id"] in self.taken else "accepted"
            self.taken.add(result["event_id"])
        if fault == "lost":
            raise httpx.ReadTimeout("slow")
        if fault == "foreign" and self.before is not None:
            return self.answer(self.before)
        if "results" in document:
            document["accepted"] = sum(result["status"] == "accepted" for result in results)
            document["duplicate"] = len(results) - document["accepted"]
            if fault == "fewer" and len(results) > 1:
                results.pop()
            elif fault == "counts":
                document |= {"accepted": 0, "rejected": 9}
        self.before = httpx.Response(202, json=document)
        return self.answer(self.before)

    @staticmethod
    def answer(response: httpx.Response) -> Answer:
        return Answer(response.status_code, response.headers, response.content)
