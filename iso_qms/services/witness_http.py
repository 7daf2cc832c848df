"""A witness on the network: one address, POST /add-checkpoint, on Python's own HTTP server."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from iso_qms.services.witness import Witness, answer

LARGEST_BODY = 64 * 1024


def server(witness: Witness, host: str = "127.0.0.1", port: int = 0) -> ThreadingHTTPServer:
    """A server that the caller runs with serve_forever() and ends with shutdown(); port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 30

        def do_POST(self) -> None:
            """C2SP tlog-witness add-checkpoint."""
            length = self.headers.get("Content-Length", "")
            if not self.path.endswith("/add-checkpoint"):
                self._say(404, "not found\n")
            elif not length.isdecimal() or int(length) > LARGEST_BODY:
                self.close_connection = True
                self._say(413, "too large\n")
            else:
                body = self.rfile.read(int(length)).decode(errors="replace")
                self._say(*answer(witness, body))

        def _say(self, status: int, body: str) -> None:
            sent = body.encode()
            self.send_response(status)
            kind = "text/x.tlog.size" if status == 409 else "text/plain; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, format: str, *args: object) -> None:
            """Silent: what matters is in the witness's own folder."""

    return ThreadingHTTPServer((host, port), Handler)
