"""Answers questions about NTLM from impacket's point of view.

Reads a JSON list of questions from stdin and writes the list of their answers to stdout; bytes are in hex.
"""

import json
import sys

from Cryptodome.Cipher import ARC4
from impacket import ntlm
from impacket.smbserver import computeNTLMv2

MIC_OFFSET = 72
MIC_LENGTH = 16


def parse(structure, octets):
    message = structure()
    message.fromString(octets)
    return message


def session_of(flags, key):
    """The two directions as impacket derives them: a signing key, a running stream and a count for each."""
    return {
        mode: {
            "signing": ntlm.SIGNKEY(flags, key, mode),
            "sealing": ntlm.SEALKEY(flags, key, mode),
            "stream": ARC4.new(ntlm.SEALKEY(flags, key, mode)).encrypt,
            "count": 0,
        }
        for mode in ("Client", "Server")
    }


def protect(flags, side, seals, message):
    """What a side sends for a message: its signature, and the message sealed if it is to be."""
    count = side["count"]
    side["count"] += 1
    if not seals:
        return {"signature": ntlm.SIGN(flags, side["signing"], message, count, side["stream"]).getData().hex()}
    sealed, signature = ntlm.SEAL(flags, side["signing"], side["sealing"], message, message, count, side["stream"])
    return {"sealed": sealed.hex(), "signature": signature.getData().hex()}


def protect_all(flags, key, messages):
    session = session_of(flags, key)
    return [
        protect(flags, session[entry["from"]], entry["seals"], bytes.fromhex(entry["text"])) for entry in messages
    ]


def judge(question):
    """The acceptor's view of a conversation: who it was, the key, the MIC, and the messages that follow."""
    octets = [bytes.fromhex(question[name]) for name in ("negotiate", "challenge", "authenticate")]
    negotiate = parse(ntlm.NTLMAuthNegotiate, octets[0])
    challenge = parse(ntlm.NTLMAuthChallenge, octets[1])
    authenticate = parse(ntlm.NTLMAuthChallengeResponse, octets[2])
    # impacket takes for the session key whatever follows a header with a MIC, and not every header has one.
    start, length = authenticate["session_key_offset"], authenticate["session_key_len"]
    authenticate["session_key"] = octets[2][start : start + length]
    status, key = computeNTLMv2(
        question["user"],
        b"",
        ntlm.compute_nthash(question["password"]),
        challenge["challenge"],
        authenticate,
        challenge,
        negotiate,
    )
    zeroed = octets[2][:MIC_OFFSET] + bytes(MIC_LENGTH) + octets[2][MIC_OFFSET + MIC_LENGTH :]
    return {
        "accepted": status == 0,
        "key": key.hex(),
        "mic": ntlm.hmac_md5(key, octets[0] + octets[1] + zeroed).hex(),
        "messages": protect_all(authenticate["flags"], key, question["messages"]),
    }


def offer(question):
    """impacket's own NEGOTIATE."""
    negotiate = ntlm.getNTLMSSPType1(question["workstation"], question["domain"], signingRequired=True)
    return {"negotiate": negotiate.getData().hex()}


def answer(question):
    """impacket's own AUTHENTICATE to a challenge, and the messages that follow."""
    negotiate = ntlm.getNTLMSSPType1(question["workstation"], question["domain"], signingRequired=True)
    authenticate, key = ntlm.getNTLMSSPType3(
        negotiate,
        bytes.fromhex(question["challenge"]),
        question["user"],
        question["password"],
        question["domain"],
    )
    return {
        "authenticate": authenticate.getData().hex(),
        "key": key.hex(),
        "messages": protect_all(authenticate["flags"], key, question["messages"]),
    }


ANSWERS = {"judge": judge, "offer": offer, "answer": answer}

json.dump([ANSWERS[question["ask"]](question) for question in json.load(sys.stdin)], sys.stdout)
