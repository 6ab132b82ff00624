"""Where a server listens, as a URL has it."""

from ipaddress import ip_address


def authority(host: str, port: int) -> str:
    """`127.0.0.1:8000`, `[::1]:8000`."""
    return f"[{host.replace('%', '%25')}]:{port}" if ":" in host else f"{host}:{port}"


def reached_at(host: str, port: int) -> str:
    """Where a process on the same machine asks it: `http://127.0.0.1:8000` of one that listens on every address."""
    try:
        address = ip_address(host)
    except ValueError:
        return f"http://{authority(host, port)}"
    loopback = "::1" if address.version == 6 else "127.0.0.1"
    return f"http://{authority(loopback if address.is_unspecified else host, port)}"
