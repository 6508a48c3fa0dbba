#!/usr/bin/python3
"""HTTPS server that requires the channel binding of its own certificate; gss-ntlmssp verifies.

usage: channel-binding.py PORT KEY CERT HASH
"""
import base64
import hashlib
import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import gssapi

NTLMSSP = gssapi.OID.from_int_seq('1.3.6.1.4.1.311.2.2.10')
SPNEGO = gssapi.OID.from_int_seq('1.3.6.1.5.5.2')
SCHEMES = ('ntlm', 'negotiate')

# Set by the mechanism when the client sent a binding and it was right. It refuses a wrong one itself, but an
# absent one is for the application to refuse.
CHANNEL_BOUND = 2048

# A refusal shall be an exception at once, also when SPNEGO has a token that says so.
gssapi.SecurityContext.__DEFER_STEP_ERRORS__ = False


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    # Without it the head and the body travel in two packets, and the second waits for an acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.context = None
        self.user = None

    def answer(self):
        size, digest = self.read_body()
        if self.path.startswith('/open'):
            return self.echo(None, size, digest)
        scheme, _, token = self.headers.get('Authorization', '').partition(' ')
        if scheme.lower() in SCHEMES:
            return self.step(scheme, token, size, digest)
        if self.user is not None:
            return self.echo(self.user, size, digest)
        self.context = None
        return self.refuse()

    def step(self, scheme, token, size, digest):
        # A token on an authenticated connection starts over.
        self.user = None
        if self.context is None:
            self.context = gssapi.SecurityContext(
                creds=self.server.credentials, usage='accept', channel_bindings=self.server.binding
            )
        try:
            output = self.context.step(base64.b64decode(token))
        except (gssapi.exceptions.GSSError, ValueError) as error:
            self.log_message('refused: %s', error)
            self.context = None
            return self.refuse()
        header = f'{scheme} {base64.b64encode(output).decode()}' if output else None
        if not self.context.complete:
            return self.refuse([header])
        context, self.context = self.context, None
        if not int(context.actual_flags) & CHANNEL_BOUND:
            self.log_message('refused: no channel binding')
            return self.refuse()
        # gss-ntlmssp counts the terminating NUL as part of the name.
        self.user = str(context.initiator_name).rstrip('\0')
        return self.echo(self.user, size, digest, header)

    def refuse(self, offers=('Negotiate', 'NTLM')):
        self.send_json(401, {'error': 'authentication required'}, offers)

    def echo(self, user, size, digest, header=None):
        value = {'user': user, 'method': self.command, 'bodyBytes': size, 'bodySha256': digest}
        value['connectionPort'] = self.client_address[1]
        self.send_json(200, value, [header] if header else [])

    def send_json(self, status, value, authenticate):
        text = json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        for header in authenticate:
            self.send_header('WWW-Authenticate', header)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        if self.command != 'HEAD':
            self.wfile.write(text)
        self.wfile.flush()

    def read_body(self):
        digest = hashlib.sha256()
        size = 0
        for piece in self.body_pieces():
            digest.update(piece)
            size += len(piece)
        return size, digest.hexdigest()

    def body_pieces(self):
        if self.headers.get('Transfer-Encoding', '').lower() != 'chunked':
            yield self.rfile.read(int(self.headers.get('Content-Length', 0)))
            return
        while size := int(self.rfile.readline().split(b';')[0], 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass

    do_GET = do_HEAD = do_POST = do_PUT = answer


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port, key, cert, hash_name):
        super().__init__(('127.0.0.1', port), Handler)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(cert, key)
        self.tls.set_alpn_protocols(['http/1.1'])
        with open(cert, encoding='ascii') as file:
            der = ssl.PEM_cert_to_DER_cert(file.read())
        data = b'tls-server-end-point:' + hashlib.new(hash_name, der).digest()
        self.binding = gssapi.raw.ChannelBindings(application_data=data)
        self.credentials = gssapi.Credentials(usage='accept', mechs=[NTLMSSP, SPNEGO])

    def finish_request(self, request, client_address):
        # In the connection's own thread, so that a slow handshake holds up nobody else.
        try:
            wrapped = self.tls.wrap_socket(request, server_side=True)
        except (ssl.SSLError, OSError):
            return
        with wrapped:
            super().finish_request(wrapped, client_address)


def main():
    port, key, cert, hash_name = sys.argv[1:]
    Server(int(port), key, cert, hash_name).serve_forever()


main()
