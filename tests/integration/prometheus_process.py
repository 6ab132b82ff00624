"""A real Prometheus for a test: its own process, port and folder, scraping one server, with the product's rules."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

from conftest import wait_until
from documents import ROOT
from game_events_devtools.demo import stack
from needs_tools import find_tool

INTERVAL_SECONDS = 1
RULES = ROOT / "deploy" / "prometheus" / "alerts.yml"


class PrometheusProcess:
    def __init__(self, folder: Path, target: str) -> None:
        tool = find_tool("prometheus")
        assert tool is not None
        port = stack.free_port()
        self.url = f"http://127.0.0.1:{port}"
        self._log = folder / "prometheus.log"
        config = folder / "prometheus.json"  # JSON is YAML
        scrape = {"job_name": "game-events", "static_configs": [{"targets": [target.removeprefix("http://")]}]}
        often = dict.fromkeys(("scrape_interval", "evaluation_interval"), f"{INTERVAL_SECONDS}s")
        config.write_text(json.dumps({"global": often, "rule_files": [str(RULES)], "scrape_configs": [scrape]}))
        options = [f"--config.file={config}", f"--storage.tsdb.path={folder / 'tsdb'}"]
        self._command = [tool, *options, f"--web.listen-address=127.0.0.1:{port}"]

    @contextmanager
    def running(self) -> Iterator["PrometheusProcess"]:
        with self._log.open("wb") as log:
            process = subprocess.Popen(self._command, stdout=log, stderr=log)
        try:
            wait_until(self._scrapes, 60, self._log.read_text)
            yield self
        finally:
            process.kill()
            process.wait()

    def _scrapes(self) -> bool:
        try:
            return self.value('up{job="game-events"}') == 1
        except OSError:
            return False

    def values(self, query: str) -> list[float]:
        """Of each series that the query finds."""
        with urlopen(f"{self.url}/api/v1/query?query={quote(query)}", timeout=10) as answer:
            return [float(series["value"][1]) for series in json.load(answer)["data"]["result"]]

    def labels(self, query: str) -> list[dict[str, str]]:
        """Of each series that the query finds."""
        with urlopen(f"{self.url}/api/v1/query?query={quote(query)}", timeout=10) as answer:
            return [series["metric"] for series in json.load(answer)["data"]["result"]]

    def value(self, query: str) -> float | None:
        """Of the only series that the query finds; None when there is none."""
        found = self.values(query)
        assert len(found) <= 1, found
        return found[0] if found else None

    def names(self) -> list[str]:
        """Of all metrics that it knows."""
        with urlopen(f"{self.url}/api/v1/label/__name__/values", timeout=10) as answer:
            found: list[str] = json.load(answer)["data"]
        return found

    def scrape(self) -> None:
        """Return once what was counted until now has been scraped."""
        now = time.time()
        wait_until(lambda: (self.value('timestamp(up{job="game-events"})') or 0) > now, 30, self._log.read_text)
