"""By which name a call may reach `/mcp`, and from which page.

The tools read public data, so pages of other sites may call them, as they may query. A service
that only its own machine should reach is another matter: a page that has its own name resolve to
127.0.0.1 would use it in the reader's name (DNS rebinding), which the protocol asks servers to
prevent.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.requests import Request

from treatybodies.errors import HostRefused, OriginRefused
from treatybodies.settings import Settings


def check_host(request: Request, settings: Settings) -> None:
    """Raise `HostRefused` or `OriginRefused` for a call that should not have come here."""
    host = _name(f"//{request.headers.get('host', '')}")
    public = _name(settings.public_url)
    private = not public and _is_loopback(settings.host)
    if (public or private) and host != public and not _is_loopback(host):
        raise HostRefused(
            f"This service is not known as “{host[:80]}” → ask for it by its own name; its "
            "operator sets TREATYBODIES_PUBLIC_URL."
        )
    origin = request.headers.get("origin")
    if private and origin is not None and not _is_loopback(_name(origin)):
        raise OriginRefused(
            "This service answers pages of this machine only → its operator sets "
            "TREATYBODIES_PUBLIC_URL where it is for everybody."
        )


def _name(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").rstrip(".").lower()
    except ValueError:
        return ""


def _is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
