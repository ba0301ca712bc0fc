#!/usr/bin/env python3
"""A client written from the contracts alone: it enrols a key, posts signed events, believes nothing it cannot verify.

    pip install joserfc cryptography
    client.py --server http://127.0.0.1:8420 --operator-key DIR/keys/operator.jwk --vkey "$(cat vkey)" \\
              --agency ods:XYZ12 --name "Example Trust" [--kind nhs] [--es256]

VKEY is the site's verifier key. Get it by another way than from the server itself: all proofs below rest on it.
The agency must be new to the site. The person is nobody: the NHS number is a published example.
Prints a line for each verified fact and exits 0; exits 1 at the first thing that is not as the contracts say.
"""
import argparse
import base64
import datetime
import hashlib
import json
import sys
import time
import urllib.error
import urllib.request
import uuid

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey

PERSON = "nhs:9476719931"
ALGORITHMS = {"OKP": "Ed25519", "EC": "ES256"}


class Failed(Exception):
    """Something the contracts promise does not hold, or the server said no."""


def check(holds, fact):
    if not holds:
        raise Failed(f"does not hold: {fact}")
    print(f"verified: {fact}")


def sha256(data):
    return hashlib.sha256(data).digest()


def from_base64(text):
    return base64.b64decode(text, validate=True)


def from_base64url(text):
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


# Signed notes, checkpoints and proofs: C2SP signed-note, tlog-checkpoint and tlog-proof; RFC 9162 section 2.1.3.

def open_note(note, vkey):
    """The text of a signed note, if the key signed it. Signatures of other keys (witnesses) are ignored."""
    name, key_id, encoded = vkey.strip().split("+", 2)  # base64 may hold further plus signs
    key = from_base64(encoded)
    if key[0] != 0x01 or sha256(name.encode() + b"\n" + key)[:4].hex() != key_id:
        raise Failed("the verifier key is not an Ed25519 key with the key ID that it claims")
    head, empty_line, signatures = note.rpartition("\n\n")  # the last empty line divides text and signatures
    text, signed = head + "\n", False  # the line feed that ends the text is signed too
    for line in signatures.splitlines() if empty_line else []:
        dash, signer, blob = line.split(" ")
        if dash == "\u2014" and signer == name and from_base64(blob)[:4].hex() == key_id:
            Ed25519PublicKey.from_public_bytes(key[1:]).verify(from_base64(blob)[4:], text.encode())
            signed = True
    if not signed:
        raise Failed("not a note that the verifier key signed")
    return text


def open_checkpoint(note, vkey):
    """(origin, size, root hash) of a checkpoint that the log signed."""
    origin, size, root, _ = open_note(note, vkey).split("\n", 3)
    if origin != vkey.split("+")[0] or str(int(size)) != size:
        raise Failed("not a checkpoint of the log that the verifier key belongs to")
    return origin, int(size), from_base64(root)


def root_from_inclusion(leaf, index, size, path):
    """The root of the tree of `size` leaves in which `leaf` stands at `index`, as the path from leaf to root says."""
    if not 0 <= index < size or (size == 1) == bool(path):
        raise Failed("the proof does not fit the position and the size of the tree")
    if size == 1:
        return leaf
    *path, sibling = path
    split = 1 << (size - 1).bit_length() - 1  # the largest power of two below the size
    if index < split:
        return sha256(b"\x01" + root_from_inclusion(leaf, index, split, path) + sibling)
    return sha256(b"\x01" + sibling + root_from_inclusion(leaf, index - split, size - split, path))


def open_proof(proof, leaf, vkey):
    """(index, size) of a tlog-proof, if it proves that the leaf stands there in a checkpoint that the log signed."""
    head, _, checkpoint = proof.partition("\n\n")
    magic, *lines = (line for line in head.split("\n") if not line.startswith("extra "))
    if magic != "c2sp.org/tlog-proof@v1" or not lines or not lines[0].startswith("index "):
        raise Failed("not a tlog-proof")
    index, (_, size, root) = int(lines[0][6:]), open_checkpoint(checkpoint, vkey)
    if root_from_inclusion(leaf, index, size, [from_base64(line) for line in lines[1:]]) != root:
        raise Failed("the inclusion proof does not lead to the checkpoint's root")
    return index, size


# Events and tokens: JWS in compact serialization. An event is a CloudEvent; a token is a JWT and says so in `typ`.

def make_event(source, site, event_type, data, **more):
    now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"specversion": "1.0", "id": str(uuid.uuid4()), "source": source, "site": site, "type": event_type,
            "time": now, "datacontenttype": "application/json", "data": data, **more}


def sign(event, key):
    header = {"alg": ALGORITHMS[key.key_type], "kid": key.thumbprint()}
    return jws.serialize_compact(header, json.dumps(event).encode(), key, algorithms=[header["alg"]])


def token(agency, site, key):
    """A bearer token: it shows, for five minutes at most, that the reader holds an enrolled key."""
    header, now = {"alg": ALGORITHMS[key.key_type], "kid": key.thumbprint(), "typ": "JWT"}, int(time.time())
    claims = {"iss": agency, "aud": site, "iat": now, "exp": now + 120, "jti": str(uuid.uuid4())}
    return jwt.encode(header, claims, key, algorithms=[header["alg"]])


def call(url, body=None, bearer=None):
    """(status, text) of a GET, or of a POST where there is a body; a problem (RFC 9457) is raised as what it says."""
    headers = ({"Content-Type": "application/jose"} if body else {}) | (
        {"Authorization": f"Bearer {bearer}"} if bearer else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        raise Failed(f"{url}: {error.code} {error.read().decode()}") from error


def post(server, vkey, event, key, expected_status):
    """Posts a signed event and verifies its receipt. Returns the JWS and the receipt."""
    signed, what = sign(event, key), f"{event['type']} signed with {ALGORITHMS[key.key_type]}"
    status, text = call(f"{server}/v1/events", body=signed.encode())
    receipt = json.loads(text)
    check(status == expected_status, f"{what}: answered {expected_status}")
    check(receipt["id"] == event["id"] and receipt["outcome"] == "recorded", f"{what}: receipt says recorded")
    _, size, _ = open_checkpoint(receipt["checkpoint"], vkey)
    check(receipt["index"] < size, f"{what}: index {receipt['index']} is below the signed checkpoint's size {size}")
    return signed, receipt


def verify_recorded(server, vkey, event, signed, receipt, bearer):
    """Fetches an event and holds it against its receipt and what was signed, down to the proof of inclusion."""
    url, what = f"{server}/v1/events/{event['id']}", event["type"]
    found = json.loads(call(url, bearer=bearer)[1])
    leaf_bytes, salt = from_base64(found["entryBytes"]), from_base64url(found["salt"])
    leaf, entry = sha256(b"\x00" + leaf_bytes), json.loads(leaf_bytes)
    told = {"id": event["id"], "type": what, "author": event["source"], "recorded": receipt["recorded"]}
    check(found["entry"] == entry and told.items() <= entry.items(), f"{what}: the entry tells the event")
    check(found["index"] == receipt["index"] and found["state"] == "present", f"{what}: found where the receipt says")
    check(found["jws"] == signed, f"{what}: kept byte for byte as it was signed first")
    check(from_base64(receipt["leafHash"]) == leaf, f"{what}: leafHash = SHA-256(0x00 || entry)")
    check(len(salt) == 32 and from_base64url(entry["commitment"]) == sha256(salt + signed.encode()),
          f"{what}: commitment = SHA-256(salt || JWS)")
    index, size = open_proof(call(f"{url}/proof", bearer=bearer)[1], leaf, vkey)
    check(index == receipt["index"], f"{what}: entry {index} is included in the signed tree of size {size}")


def run(server, operator_key, vkey, agency, name, kind, es256):
    with open(operator_key, encoding="utf-8") as file:
        operator = OKPKey.import_key(json.load(file))
    site, size, _ = open_checkpoint(call(f"{server}/log/checkpoint")[1], vkey)
    check(True, f"the checkpoint of {site}, size {size}, is signed by the pinned verifier key")
    keys = [OKPKey.generate_key("Ed25519")] + ([ECKey.generate_key("P-256")] if es256 else [])
    registered = {"agency": agency, "name": name, "kind": kind, "publicAuthority": True,
                  "keys": [{"jwk": key.as_dict(private=False), "roles": ["agency"]} for key in keys]}
    post(server, vkey, make_event(f"site:{site}", site, "sharing.agency.registered.v1", registered), operator, 201)
    described = {"birthDate": "1985-02-03", "source": "registration form"}
    consent = {"kind": "engagement", "giver": "self", "purposes": ["early-help"], "items": ["identity", "contact"],
               "recipients": [agency], "method": "verbal", "from": time.strftime("%Y-%m-%d", time.gmtime())}
    for key in keys:
        for noun, data in (("subject.described", described), ("consent.given", consent)):
            event = make_event(agency, site, f"sharing.{noun}.v1", data, subject=PERSON)
            signed, receipt = post(server, vkey, event, key, 201)
            _, again = post(server, vkey, event, key, 200)  # ES256 signs anew each time: still the same event
            check(again["index"] == receipt["index"] and again["leafHash"] == receipt["leafHash"],
                  f"sharing.{noun}.v1: posted again, the same index and leaf")
            verify_recorded(server, vkey, event, signed, receipt, token(agency, site, key))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--server", "--operator-key", "--vkey", "--agency", "--name"):
        parser.add_argument(option, required=True)
    parser.add_argument("--kind", default="nhs", help="nhs, council, education, police, voluntary or private")
    parser.add_argument("--es256", action="store_true", help="enrol a P-256 key too and post with it as well")
    try:
        run(**vars(parser.parse_args()))
    except (Failed, InvalidSignature, JoseError, OSError, KeyError, ValueError) as problem:
        sys.exit(f"client.py: {type(problem).__name__}: {problem}")
