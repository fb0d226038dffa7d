"""A package index on loopback: HTTPS, its own certificate, the simple API, one package."""

import datetime as dt
import io
import ssl
import threading
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.adapters.sandbox.proxy import RefusedError

HOST = "packages.example"
PACKAGE = "tinydep"
_WHEEL = f"{PACKAGE}-1.0-py3-none-any.whl"


@dataclass
class PackageIndex:
    """`certificates` is the file to trust; `asked` are the paths that were asked for."""

    port: int
    certificates: Path
    asked: list[str] = field(default_factory=list)

    async def resolve(self, host: str) -> Sequence[tuple[str, int]]:
        """What the proxy is told instead of what name servers say."""
        if host != HOST:
            raise RefusedError(f"{host} is nowhere")
        return [("127.0.0.1", self.port)]


@contextmanager
def serving(place: Path) -> Iterator[PackageIndex]:
    """Serve until the end of the context; `place` is for the certificate."""
    _write_certificate(place)
    wheel = _wheel()
    index: PackageIndex

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.append(self.path)
            pages = {
                f"/simple/{PACKAGE}/": f'<a href="/files/{_WHEEL}">{_WHEEL}</a>'.encode(),
                f"/files/{_WHEEL}": wheel,
            }
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(place / "certificate.pem", place / "key.pem")
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        index = PackageIndex(server.server_address[1], place / "certificate.pem")
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield index
        finally:
            server.shutdown()
            thread.join()


def _write_certificate(place: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (place / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (place / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _wheel() -> bytes:
    metadata = f"{PACKAGE}-1.0.dist-info"
    files = {
        f"{PACKAGE}.py": "ANSWER = 42\n",
        f"{metadata}/METADATA": f"Metadata-Version: 2.1\nName: {PACKAGE}\nVersion: 1.0\n",
        f"{metadata}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = f"{metadata}/RECORD"
    files[record] = "".join(f"{name},,\n" for name in [*files, record])
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()
