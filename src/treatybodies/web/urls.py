"""The address under which clients reach this service."""

import re

from fastapi import Request

_HOST = re.compile(r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252})|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")


def public_base(request: Request) -> str:
    """The service's URL without a trailing slash; a malformed Host header is never echoed."""
    setting: str = request.app.state.settings.public_url
    if setting:
        return setting.rstrip("/")
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        name, port = request.scope.get("server") or ("localhost", None)
        host = f"{name}:{port}" if port else str(name)
    return f"{request.scope['scheme']}://{host}{request.scope.get('root_path', '')}"
