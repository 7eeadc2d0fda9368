"""What a page of the console may do: its Content-Security-Policy and the headers beside it.

Source: Content Security Policy Level 3 and Fetch, as MDN describes their headers.
"""

import base64
import re
from hashlib import sha256

# Every file is ours, is what its type says, and is of no use to pages of others.
ASSET_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_PAGE_HEADERS = ASSET_HEADERS | {
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",  # WebSockets of this origin included
    "img-src": "'self' data:",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}
# Monaco, the editor in GraphiQL, writes style elements, has a font of icons, and runs its language services in workers.
FOR_GRAPHIQL = {"style-src": "'self' 'unsafe-inline'", "font-src": "'self'", "worker-src": "'self'"}
_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


def page_headers(html: bytes, more: dict[str, str]) -> dict[str, str]:
    """The headers of a page that may do `more` than the others; of inline scripts it may have its import map."""
    hashes = [base64.b64encode(sha256(script).digest()).decode() for script in _INLINE_SCRIPT.findall(html)]
    policy = _POLICY | {"script-src": " ".join(["'self'", *(f"'sha256-{each}'" for each in hashes)])} | more
    return _PAGE_HEADERS | {
        "Content-Security-Policy": "; ".join(f"{name} {sources}" for name, sources in policy.items())
    }
