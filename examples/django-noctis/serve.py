"""Serves the site on a free port, or on the one that is given, and says where."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_config.settings")

from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application


class Handler(WSGIRequestHandler):
    """A handler that does not write a line for every request."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        """Says nothing."""


def main():
    """Serve until somebody ends it."""
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 0
    server = ThreadedWSGIServer(("127.0.0.1", port), Handler)
    server.set_app(get_wsgi_application())
    print(f"listening on http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
