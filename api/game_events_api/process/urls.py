"""Where a server listens, as a URL has it."""


def authority(host: str, port: int) -> str:
    """`127.0.0.1:8000`, `[::1]:8000`."""
    return f"[{host.replace('%', '%25')}]:{port}" if ":" in host else f"{host}:{port}"
