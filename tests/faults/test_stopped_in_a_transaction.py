"""Delivery that is stopped in the middle of a transaction holds the spool file's lock, until it is replaced."""

from pathlib import Path

from conftest import ServerFactory, wait_until
from faults.edge_workers import Load
from faults.test_backup_under_load import held
from faults.test_hangs import DELIVERY, children, replaced

STOPS = """
import sys
if "game_events_api.delivery" in sys.orig_argv:
    import os, pathlib, signal
    from game_events_api.spool import spool_file
    counted = spool_file.add_to_ledger

    def stopped(*arguments):
        counted(*arguments)
        order = pathlib.Path(__file__).with_name("stop")
        if order.exists():
            order.rename(order.with_name("stopped"))
            os.kill(os.getpid(), signal.SIGSTOP)

    spool_file.add_to_ledger = stopped
"""
"""Delivery stops itself, on order, between the deletion of blocks and the commit of it."""


def test_a_delivery_stopped_within_a_transaction_is_replaced_and_nothing_is_lost_or_doubled(
    start_server: ServerFactory, tmp_path: Path
) -> None:
    server = start_server(hang_seconds=5, linger_seconds=0.05)
    server.stop()
    (tmp_path / "sitecustomize.py").write_text(STOPS)
    server.environment = {**server.environment, "PYTHONPATH": str(tmp_path)}
    server.start()
    with Load(server) as load:
        wait_until(lambda: len(load.acknowledged) > 50, 120)
        (former,) = children(server, DELIVERY)
        (tmp_path / "stop").write_text("")
        wait_until((tmp_path / "stopped").exists, 60)
        at_that_time = len(load.acknowledged)
        replaced(server, DELIVERY, former)
        wait_until(lambda: len(load.acknowledged) > at_that_time + 100, 60, lambda: server.log[-3000:])
    assert set(load.refusals) <= {503}
    server.wait_until_delivered(60)
    found = held(server.data_dir)
    assert set(load.acknowledged) - set(found) == set(), "acknowledged and lost"
    assert max(found.values()) == 1
