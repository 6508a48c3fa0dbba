#!/usr/bin/python3 -IS
"""CGI: tells as JSON what the server let through. The body ends where standard input ends, chunked or not."""
import hashlib
import json
import os
import sys

digest = hashlib.sha256()
size = 0
while piece := sys.stdin.buffer.read(65536):
    digest.update(piece)
    size += len(piece)

answer = {
    'user': os.environ.get('REMOTE_USER'),
    'method': os.environ['REQUEST_METHOD'],
    'bodyBytes': size,
    'bodySha256': digest.hexdigest(),
    'connectionPort': int(os.environ['REMOTE_PORT']),
}
text = json.dumps(answer, ensure_ascii=False).encode('utf-8', 'surrogateescape')
head = f'Content-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n'
sys.stdout.buffer.write(head.encode() + text)
