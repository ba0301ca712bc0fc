#!/usr/bin/env python3
"""Verifies an exported log without the software that wrote it. Written from docs/FORMAT.md; numbers in brackets are its sections.

    verify.py DIR --vkey VKEY [--witness VKEY ...]

Exit code 0 if everything that is there holds, 1 if not, 2 if it was called wrongly. Needs the module `cryptography`.
"""
import argparse, base64, glob, hashlib, json, os, re, sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256

UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
TIME = re.compile(r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(?:[Zz]|[+-]00:00)", re.ASCII)
MEMBERS = ("id", "type", "author", "kid", "subject", "audience", "cause", "releases", "occurred", "recorded", "commitment")
KEY_EVENTS = {"sharing." + name + ".v1" for name in
              ("site.founded", "agency.registered", "key.enrolled", "key.revoked", "agency.ended", "checkpoint-key.rotated")}

def need(condition, what):
    if not condition:
        raise ValueError(what)

# Spellings [1]
def sha256(data):
    return hashlib.sha256(data).digest()

def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

def unbase64(text, url=False):
    data = text.encode() if isinstance(text, str) else text
    decoded = base64.b64decode(data + b"=" * (-len(data) % 4), b"-_", True) if url else base64.b64decode(data, None, True)
    need((base64url(decoded).encode() if url else base64.b64encode(decoded)) == data, "base64 is not canonical")
    return decoded

def strict_json(data, kind=dict):
    def members(pairs):
        need(len(pairs) == len(dict(pairs)), "JSON has a member twice")
        return dict(pairs)
    def depth(value):
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return 0 if inner is None else 1 + max(map(depth, inner), default=0)
    value = json.loads(data.decode(), object_pairs_hook=members)
    json.dumps(value, ensure_ascii=False, allow_nan=False).encode()  # refuses lone surrogates, NaN and infinity
    need(isinstance(value, kind) and depth(value) <= 32, "JSON of another kind, or nested too deep")
    return value

def moment(text):  # in UTC, as entries write it
    match = TIME.fullmatch(text)
    need(match, "a time is malformed")
    return f"{match[1]}T{match[2]}.{(match[3] or '')[:3].ljust(3, '0')}Z"

# Notes and checkpoint [2, 3]
def verifier_key(text):
    name, key_id, key = (text.split("+", 2) + ["", ""])[:3]
    key = unbase64(key)
    need(name and len(key) == 33 and key[0] in (1, 4), "a verifier key is <name>+<8 hex digits>+<base64>, and Ed25519")
    need(sha256(name.encode() + b"\n" + key)[:4].hex() == key_id, "the verifier key's ID does not fit; a character was changed")
    return name, bytes.fromhex(key_id), key[0], Ed25519PublicKey.from_public_bytes(key[1:])

def open_checkpoint(note, name, keys, ended=()):  # its size and root: all these keys must have signed it, and none of those ended
    note = note.decode()
    need(note.endswith("\n") and all(c >= " " or c == "\n" for c in note), "the note has control characters, or no end")
    head, _, tail = note.rpartition("\n\n")
    text, lines, signers = (head + "\n").encode(), tail[:-1].split("\n"), set()
    need(len(lines) <= 64, "the note has too many signatures")
    for line in lines:
        match = re.fullmatch("\u2014 ([^ +]+) ([^ ]+)", line)
        need(match, "a signature line of the note is malformed")
        blob = unbase64(match[2])
        need((match[1], blob[:4]) not in [key[:2] for key in ended], "a key signed that the log had replaced before")
        for signer, key_id, kind, key in keys:
            if (signer, key_id) == (match[1], blob[:4]):
                stamp = b"cosignature/v1\ntime %d\n" % int.from_bytes(blob[4:12], "big")
                key.verify(*((blob[4:], text) if kind == 1 else (blob[12:], stamp + text)))
                signers.add(key_id)
    need(all(key[1] in signers for key in keys), "the checkpoint is not signed by every key that must have")
    match = re.fullmatch(r"([^\n]+)\n(0|[1-9][0-9]*)\n([^\n]+)\n", text.decode())
    need(match and match[1] == name, "the checkpoint is malformed, or of another log")
    return int(match[2]), unbase64(match[3])

# Tree and tiles [4, 5]
def root_of(hashes):
    stack = []
    for index, value in enumerate(hashes):
        while index & 1:
            value, index = sha256(b"\x01" + stack.pop() + value), index >> 1
        stack.append(value)
    value = stack.pop() if stack else sha256(b"")
    while stack:
        value = sha256(b"\x01" + stack.pop() + value)
    return value

def tile_paths(kind, count):  # of each tile of a level its path, and where it begins and ends in the level
    for number in range((count + 255) // 256):
        first, last = number * 256, min(number * 256 + 256, count)
        path, rest = "%03d" % (number % 1000), number // 1000
        while rest:
            path, rest = "x%03d/" % (rest % 1000) + path, rest // 1000
        yield f"tile/{kind}/{path}" + ("" if last - first == 256 else f".p/{last - first}"), first, last

# Entries [6]
def write(value):
    if isinstance(value, list):
        return "[" + ",".join(map(write, value)) + "]"
    short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    return '"' + "".join(short.get(c) or (c if c >= " " else "\\u%04x" % ord(c)) for c in value) + '"'

def read_entry(data):
    entry = strict_json(data)
    written = ",".join(['{"v":1'] + [f'"{name}":{write(entry[name])}' for name in MEMBERS if name in entry]) + "}"
    need(written.encode() == data, "the entry is not spelt as the format says")
    need(entry.keys() | {"subject", "cause", "releases"} >= set(MEMBERS), "the entry lacks a member")
    ids = [entry["id"], *entry.get("releases", []), *(entry[name] for name in ("subject", "cause") if name in entry)]
    need(all(UUID.fullmatch(text) for text in ids) and entry.get("releases") != [], "the entry has a bad id")
    need(all(moment(entry[name]) == entry[name] for name in ("occurred", "recorded")), "the entry has a bad time")
    need(len(unbase64(entry["kid"], url=True)) == 32, "the entry's kid is no thumbprint")
    audience = [name.encode() for name in entry["audience"]]
    need(isinstance(entry["audience"], list) and audience and sorted(set(audience)) == audience, "the audience is not sorted")
    return entry

# Bodies [7]
def check_disclosures(payload, disclosures):  # each digest has its one disclosure, and each disclosure its digest
    unused = {base64url(sha256(text)): text for text in disclosures}
    need(len(unused) == len(disclosures), "a disclosure stands there twice")
    def take(digest, parts):
        need(digest in unused, "a digest has no disclosure, or stands there twice")
        disclosed = strict_json(unbase64(unused.pop(digest), url=True), list)
        need(len(disclosed) == parts and all(isinstance(text, str) and text not in ("_sd", "...") for text in disclosed[:-1]),
             "a disclosure is malformed, or misplaced")
        walk(disclosed[-1])
    def walk(value):
        if isinstance(value, dict):
            need("..." not in value, "a digest stands in the wrong place")
            for digest in value.get("_sd", []):
                take(digest, 3)
            for name, inner in value.items():
                walk(inner if name != "_sd" else None)
        elif isinstance(value, list):
            for inner in value:
                if isinstance(inner, dict) and inner.keys() == {"..."}:
                    take(inner["..."], 2)
                else:
                    walk(inner)
    need(payload.get("_sd_alg", "sha-256") == "sha-256", "the digests are of an unknown kind")
    walk(payload)
    need(not unused, "a disclosure has no digest")

def check_body(body, index, entry, keys):  # holds it against its entry, and follows what it does to keys
    jws, *disclosures = body[32:].split(b"~")
    need(base64url(sha256(body[:32] + jws)) == entry["commitment"], "the body is not what the entry commits to")
    need(not disclosures or len(disclosures) > 1 and disclosures.pop() == b"", "the disclosures do not end as they must")
    parts = jws.split(b".")
    need(len(parts) == 3, "the body is not a signed event")
    header, payload = (strict_json(unbase64(part, url=True)) for part in parts[:2])
    need(not header.keys() & {"crit", "jwk", "jku", "x5u", "x5c"}, "the header has a member that is refused")
    need(str(header.get("typ")).lower() not in ("jwt", "application/jwt"), "the body is a token, not an event")
    need(header.get("kid") == entry["kid"], "the entry's kid is not the header's")
    for member, name in (("id", "id"), ("type", "type"), ("author", "source"), ("cause", "cause")):
        need(entry.get(member) == payload.get(name), f"the entry's {member} is not what the event says")
    need(entry["occurred"] == moment(payload.get("time")), "the entry's occurred is not the event's time")
    need("site:" + payload["site"] == keys.site, "the event was posted to another site")
    check_disclosures(payload, disclosures)
    if index == 0:
        need(entry["type"] == "sharing.site.founded.v1", "this is not the log's genesis")
        keys.announce(-1, payload["data"]["vkey"])
        for key in payload["data"]["keys"]:
            keys.enrol(key, keys.site, entry)
    keys.verify(header.get("alg"), unbase64(parts[2], url=True), b".".join(parts[:2]), entry)
    if index > 0 and entry["type"] in KEY_EVENTS:
        keys.follow(entry, payload["data"], index)

# Timestamps [13]
def check_timestamp(size, read, leaves, book):  # whether the authority stamped it is for `openssl ts -verify` to say
    signed = open_checkpoint(note := read(f"timestamps/{size}.note"), book.name, *book.signers(size))
    need(signed == (size, root_of(leaves[:size])), "is no checkpoint of this log")
    need(sha256(note) in read(f"timestamps/{size}.tsr"), "the authority stamped something else")

# Keys [10]
class Keys:  # of the log, as of the entry being looked at
    def __init__(self, vkey):
        self.name, self.known, self.chain = vkey.split("+")[0], {}, []  # chain: where each key of checkpoints was announced
        self.site = "site:" + self.name
    def announce(self, index, vkey):
        key = verifier_key(vkey)
        may = key[0] == self.name and key[2] == 1 and key[1] not in [old[1] for _, old, _ in self.chain]
        need(may, "the key announced for checkpoints may not follow")
        self.chain.append((index, key, vkey))
    def signers(self, size):  # who must have signed a checkpoint of a size, and who must not any more
        keys, changes = [key for _, key, _ in self.chain], [index for index, *_ in self.chain[1:]]
        serving = sum(index + 2 <= size for index in changes)
        return keys[serving:serving + 1 + (size - 1 in changes)], keys[:serving]
    def enrol(self, announced, agency, entry):
        jwk = announced["jwk"]
        names = {("OKP", "Ed25519"): ("crv", "kty", "x"), ("EC", "P-256"): ("crv", "kty", "x", "y")}[jwk["kty"], jwk["crv"]]
        point = b"".join(unbase64(jwk[name], url=True) for name in names[2:])
        key = Ed25519PublicKey.from_public_bytes(point) if len(names) == 3 else \
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), b"\x04" + point)
        kid = base64url(sha256(json.dumps({name: jwk[name] for name in names}, separators=(",", ":")).encode()))
        self.known.setdefault(kid, {"key": key, "agency": agency, "roles": announced["roles"], "by": entry["kid"],
                                    "at": entry["recorded"], "ended": False})
    def verify(self, algorithm, signature, signed, entry):
        known = self.known.get(entry["kid"])
        need(known, "no event before it enrolled the key that signed")
        need(known["agency"] == entry["author"], "the key that signed was enrolled for another author")
        need(not known["ended"], "the key that signed had ended before")
        curve = isinstance(known["key"], ec.EllipticCurvePublicKey)
        need(algorithm in (["ES256"] if curve else ["EdDSA", "Ed25519"]) and len(signature) == 64, "alg does not fit the key")
        halves = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        rest = (utils.encode_dss_signature(*halves), signed, ec.ECDSA(SHA256())) if curve else (signature, signed)
        known["key"].verify(*rest)
    def distrust(self, kid, since):
        self.known[kid]["ended"] = True
        for other, key in self.known.items():
            if key["by"] == kid != other and key["at"] >= since:
                self.distrust(other, key["at"])
    def follow(self, entry, data, index):
        if entry["type"] == "sharing.checkpoint-key.rotated.v1":
            need(entry["author"] == self.site and "site" in self.known[entry["kid"]]["roles"], "only the site changes that key")
            return self.announce(index, data["vkey"])
        need(entry["type"] != "sharing.site.founded.v1", "a log is founded once")
        revokes = entry["type"] == "sharing.key.revoked.v1"
        own = revokes and self.known[data["kid"]]["agency"] == entry["author"] != self.site
        need(own or "operator" in self.known[entry["kid"]]["roles"], "the event's author may not change keys")
        enrolled = {"sharing.agency.registered.v1": data.get("keys"), "sharing.key.enrolled.v1": [data]}
        for key in enrolled.get(entry["type"], []):
            self.enrol(key, data["agency"], entry)
        if revokes:
            self.distrust(data["kid"], moment(data["since"]))
        if entry["type"] == "sharing.agency.ended.v1":
            for key in self.known.values():
                key["ended"] |= key["agency"] == data["agency"]

# An exported log [9, 12]
def verify(folder, vkey, witnesses):  # what is wrong, and a summary
    faults, unavailable, seen, leaves, ids, last = [], 0, set(), [], set(), ""

    def read(path):
        seen.add(path)
        with open(os.path.join(folder, path), "rb") as file:
            return file.read()
    def attempt(where, work, *arguments):
        try:
            return work(*arguments)
        except (InvalidSignature, OSError, RecursionError, LookupError, TypeError, AttributeError, ValueError) as error:
            text = {InvalidSignature: "a signature does not verify", FileNotFoundError: "is missing"}.get(type(error))
            faults.append(f"{where}: {text or (error if isinstance(error, ValueError) else 'is malformed')}")
    (name, *_), witnesses, book = verifier_key(vkey), [verifier_key(text) for text in witnesses], Keys(vkey)
    size, root = attempt("checkpoint", lambda: open_checkpoint(read("checkpoint"), name, [])) or (0, b"")
    for path, first, end in tile_paths("entries", size):
        bundle, start = attempt(path, read, path) or b"", 0
        for index in range(first, end):
            stop = start + 2 + int.from_bytes(bundle[start:start + 2], "big")
            data, start = bundle[start + 2:stop], stop
            leaves.append(sha256(b"\0" + data))
            entry = attempt(f"entry {index}", read_entry, data) or {"id": index, "recorded": last, "type": None}
            attempt(f"entry {index}", need, entry["id"] not in ids, "its id stood there before")
            attempt(f"entry {index}", need, entry["recorded"] >= last, "it was recorded before the one before it")
            ids.add(entry["id"])
            body, last = f"bodies/{index}", entry["recorded"]
            if entry["type"] in KEY_EVENTS or os.path.exists(os.path.join(folder, body)):
                attempt(body, lambda: check_body(read(body), index, entry, book))
            else:
                unavailable += 1
        attempt(path, need, start == len(bundle), "is cut off, or goes on after its last entry")
    level, row = 0, leaves
    while row:
        for path, first, end in tile_paths(level, len(row)):
            attempt(path, lambda: need(read(path) == b"".join(row[first:end]), "is not what the entries give"))
        level, row = level + 1, [root_of(row[end - 256:end]) for end in range(256, len(row) + 1, 256)]
    attempt("checkpoint", need, root_of(leaves) == root, "the entries do not give its root")
    attempt("checkpoint", need, vkey in [text for *_, text in book.chain], "the key that was given is none of the log's")
    for index, *_ in book.chain[1:]:  # the old key and the new one both signed where it changed
        path, covered = f"checkpoints/{index + 1}", (index + 1, root_of(leaves[:index + 1]))
        attempt(path, lambda: need(open_checkpoint(read(path), name, *book.signers(index + 1)) == covered, "covers no change of the key"))
    attempt("checkpoint", lambda: open_checkpoint(read("checkpoint"), name, book.signers(size)[0] + witnesses, book.signers(size)[1]))
    for note in sorted(glob.glob("*.note", root_dir=os.path.join(folder, "timestamps"))):
        attempt(f"timestamps/{note}", lambda: check_timestamp(int(note[:-5]), read, leaves, book))
    for base, _, names in os.walk(folder):
        there = {os.path.relpath(os.path.join(base, name), folder) for name in names}
        faults += [f"{path}: does not belong there" for path in sorted(there - seen)]
    return faults, f"size {size}, root {base64.b64encode(root).decode()}, {size - unavailable} bodies, {unavailable} unavailable"

def main():
    parser = argparse.ArgumentParser(description="Verifies an exported log.")
    parser.add_argument("dir", help="what `sharectl log export` wrote")
    parser.add_argument("--vkey", required=True, help="the log's verifier key, pinned by other means")
    parser.add_argument("--witness", action="append", default=[], help="a cosigner's verifier key that must have cosigned")
    arguments = parser.parse_args()
    try:
        faults, summary = verify(arguments.dir, arguments.vkey, arguments.witness)
    except ValueError as error:
        parser.error(str(error))
    print(*(f"wrong  {fault}" for fault in faults), summary, "not sound" if faults else "sound: nothing is wrong", sep="\n")
    sys.exit(1 if faults else 0)

if __name__ == "__main__":
    main()
