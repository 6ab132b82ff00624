"""`python -m game_events_api.process.admin`: the admin port, in a process beside workers and delivery.

It claims no spool file: what it shows of events it reads from those of the workers, and what it sends again goes where
the command line puts it.
"""

import asyncio
import contextlib
import logging
import os
import socket
import sys
from dataclasses import dataclass

import httpx
import uvloop
from game_events_models.http import Check
from starlette.types import ASGIApp

from game_events_api.admission.keyring import keyring_of
from game_events_api.admission.people import Client, Issuer, Rules, SignIn, Tokens
from game_events_api.checks import checked
from game_events_api.contract.catalog import Catalog
from game_events_api.diagnosis import NO_PERSON, examine_folder, warnings
from game_events_api.edge.asgi import Charged
from game_events_api.edge.protocol import bounded
from game_events_api.edge.seats import Seats
from game_events_api.errors import ApiError, ConfigurationError, FileDamaged
from game_events_api.exit_codes import ExitCode
from game_events_api.heartbeat import Heartbeat, pipe_of
from game_events_api.logs import configure_logging
from game_events_api.metrics import Metrics, SnapshotFile
from game_events_api.operators.access import Access
from game_events_api.operators.application import admin_app
from game_events_api.operators.endpoints import Operators
from game_events_api.operators.extensions import Surface
from game_events_api.operators.public_port import PublicPort
from game_events_api.process.beside import beat, kept_up
from game_events_api.process.connections import addresses_of, bounds_of, counted_wrong_keys
from game_events_api.process.server import listen, make_server, meanwhile, serve
from game_events_api.process.server_readiness import FOLDER_SECONDS, Look, ServerReadiness
from game_events_api.process.urls import reached_at
from game_events_api.settings import AdminSettings, Environment, Settings
from game_events_api.telemetry import Exposition

log = logging.getLogger(__name__)
CONNECTIONS = 256
"""Open at once: operators, their scrapers and their browsers."""


@dataclass
class Admin:
    """Everything the process holds, put together."""

    settings: Settings
    of_port: AdminSettings
    to_public: httpx.AsyncBaseTransport | None = None
    """The way to the public port; over a socket where none is given."""

    def __post_init__(self) -> None:
        data_dir = self.settings.data_dir
        self.keyring = keyring_of(data_dir, self.settings.keys_place)
        # A console beside a server counts for itself: both would write one file, and take turns to be read.
        self.metrics = Metrics("console" if self.settings.port == 0 else "admin")
        self.snapshots = SnapshotFile(data_dir, self.metrics.process)
        self.metrics.go_on_from(self.snapshots.read())
        self.exposition = Exposition(data_dir, self.keyring.store)
        self.addresses = addresses_of(self.settings)
        self.issuer = Issuer(self.of_port.oidc_issuer) if self.of_port.oidc_issuer else None
        self.folder = Look(
            lambda: warnings(examine_folder(self.settings)), wait_seconds=0.5, every_seconds=FOLDER_SECONDS
        )
        readiness = ServerReadiness(
            data_dir, self.keyring, self.settings.workers, self.snapshots, self._what_else_is_wrong
        )
        self.readiness = Look(readiness, wait_seconds=5.0)
        wrong_keys = counted_wrong_keys(self.settings, self.metrics)
        self.access = Access(self.keyring, self.addresses, wrong_keys, self._people())
        self.surface = Surface(data_dir, self.access, self._public(), self._sign_in())
        self.draining = False

    def drain(self) -> None:
        """Answers that go on without an end are ended: the server waits for all of them."""
        self.draining = True
        self.surface.end()

    def app(self) -> ASGIApp:
        operators = Operators(self.settings.data_dir, self.access, Catalog(), self.keyring.store)
        app = admin_app(checks=self.readiness, scrape=self.exposition.text, operators=operators, surface=self.surface)
        return Charged(self.addresses, app)

    def _public(self) -> PublicPort | None:
        """None with the port 0: nobody says which one was taken."""
        host, port = self.settings.host, self.settings.port
        return PublicPort(reached_at(host, port), self.to_public) if port else None

    def _what_else_is_wrong(self) -> dict[str, Check]:
        failure = self.issuer.failure if self.issuer is not None else ""
        issuer = {"issuer": checked("warn", f"{failure}: {NO_PERSON}")} if failure else {}
        return {**self.folder(), **issuer}

    def _people(self) -> Tokens | None:
        said = self.of_port
        if self.issuer is None or said.oidc_audience is None:
            return None
        roles = {"viewer": said.oidc_viewers, "operator": said.oidc_operators, "admin": said.oidc_admins}
        return Tokens(self.issuer, Rules(said.oidc_audience, said.oidc_role_claim, roles, said.oidc_games_claim))

    def _sign_in(self) -> SignIn | None:
        said = self.of_port
        if self.issuer is None or said.oidc_client_id is None or said.oidc_redirect_url is None:
            return None
        secret = said.oidc_client_secret.get_secret_value() if said.oidc_client_secret else None
        return SignIn(self.issuer, Client(said.oidc_client_id, secret, said.oidc_redirect_url, said.oidc_scope))

    def write_snapshot(self) -> None:
        self.snapshots.write(self.metrics.snapshot())


async def run(admin: Admin, listener: socket.socket, heartbeat: Heartbeat) -> None:
    """Serve until SIGTERM."""
    settings = admin.settings
    bounds, seats = bounds_of(settings), Seats(CONNECTIONS)
    server = make_server(
        admin.app(),
        bounded(admin.addresses, bounds, seats),
        admin,
        drain_seconds=0.0,
        grace_seconds=settings.grace_seconds,
    )
    beside = kept_up(admin.keyring, admin.write_snapshot)
    issuer = meanwhile(admin.issuer.follow()) if admin.issuer is not None else contextlib.nullcontext()
    async with beside, issuer, meanwhile(beat(heartbeat)):
        await serve(server, bounds, seats, listener)


def main() -> int:
    configure_logging()
    try:
        environment = Environment.read(os.environ)
        settings, of_port = environment.of(Settings), environment.of(AdminSettings)
        configure_logging(settings.log_level)
        address = of_port.address(settings.port)
        if address is None:
            raise ConfigurationError("GAME_EVENTS_ADMIN_PORT is off: there is nothing to serve")
        listener = listen(*address)
        admin = Admin(settings, of_port)
    except (ApiError, OSError) as error:
        log.error("the admin port cannot be served", extra={"error": str(error)})
        return ExitCode.UNUSABLE if isinstance(error, ConfigurationError | FileDamaged | OSError) else ExitCode.FAILED
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        heartbeat = Heartbeat(pipe_of(sys.argv[1:]), blocked_seconds=settings.blocked_seconds)
        runner.run(run(admin, listener, heartbeat))
    return ExitCode.OK


if __name__ == "__main__":
    raise SystemExit(main())
