"""Faults of disk and clock under real processes, by a library that stands before the C library (faulty_machine.c)."""

import mmap
import shutil
import struct
import subprocess
from pathlib import Path

import pytest

SOURCE = Path(__file__).with_name("faulty_machine.c")
ORDERS = struct.Struct("=iiqq")


class FaultyMachine:
    """Give processes `environment`; what is set here holds for all of them from their next call on."""

    def __init__(self, library: Path, orders: Path) -> None:
        orders.write_bytes(bytes(ORDERS.size))
        with orders.open("r+b") as file:
            self._orders = mmap.mmap(file.fileno(), ORDERS.size)
        self.environment = {"LD_PRELOAD": str(library), "FAULTY_MACHINE": str(orders)}

    def fail_writes(self, error: int) -> None:
        """Let every write to a spool file end with this errno; 0 for none."""
        self._orders[0:4] = struct.pack("=i", error)

    def fail_syncs(self, error: int) -> None:
        self._orders[4:8] = struct.pack("=i", error)

    def set_clock(self, offset_seconds: int) -> None:
        """Let the wall clock be this much ahead; the monotonic clock goes on as it did."""
        self._orders[8:16] = struct.pack("=q", offset_seconds)

    @property
    def failures(self) -> int:
        """Calls that were made to fail so far."""
        return int(ORDERS.unpack(self._orders[:])[3])


@pytest.fixture(scope="session")
def faulty_library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("gcc")
    assert compiler is not None
    library = tmp_path_factory.mktemp("faulty") / "faulty_machine.so"
    subprocess.run(
        [compiler, "-O2", "-Wall", "-Werror", "-shared", "-fPIC", str(SOURCE), "-o", str(library)], check=True
    )
    return library


@pytest.fixture
def machine(faulty_library: Path, tmp_path: Path) -> FaultyMachine:
    return FaultyMachine(faulty_library, tmp_path / "orders")
