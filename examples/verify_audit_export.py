#!/usr/bin/env python3
"""Verify a whole export of Cloakroom's audit trail: verify_audit_export.py [FILE [HEAD]]

Reads the lines of GET /api/v1/admin/audit/export without filters (see docs/audit.md), says where the chain breaks, and, where HEAD
is given, whether a head noted earlier is in it. Needs nothing but Python 3. Exit codes: 0 whole, 1 broken.
"""

import datetime
import hashlib
import ipaddress
import json
import sys

ABSENT = b"\xff" * 8


def field(value):
    """A length of eight bytes and the bytes; what is absent has no length."""
    if value is None:
        return ABSENT
    raw = value.to_bytes(8, "big", signed=True) if isinstance(value, int) else value if isinstance(value, bytes) else value.encode()
    return len(raw).to_bytes(8, "big") + raw


def network(address):
    if address is None or "/" in address:
        return address
    parsed = ipaddress.ip_address(address)
    parsed = getattr(parsed, "ipv4_mapped", None) or parsed
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))


def millis(text):
    at = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    return (at - epoch) // datetime.timedelta(milliseconds=1)


def commitment(salt, entry):
    return hashlib.sha256(salt + field(entry["ip_address"]) + field(entry["user_agent"])).digest()


def link(previous, position, entry, committed):
    detail = json.dumps(entry["detail"], separators=(",", ":"), ensure_ascii=False)
    fields = ["cloakroom audit 1", position, entry["id"], millis(entry["at"]), entry["action"], entry["result"]]
    fields += [entry["actor"]["kind"], entry["actor"]["id"], entry["tenant_id"], entry["resource_type"], entry["resource_id"]]
    fields += [network(entry["ip_address"]), entry["request_id"], detail, committed]
    return hashlib.sha256(previous + b"".join(map(field, fields))).digest()


def verify(lines, head=None):
    """None when all is well, else what is wrong."""
    previous, position = bytes(32), 0
    for line in map(json.loads, lines):
        position += 1
        where = f"link {position}"
        if line["position"] != position:
            return f"{where} is missing"
        if line["entry"] is None or line["hash"] is None:
            return f"{where}: its entry is gone or cannot be read"
        committed = line["commitment"] and bytes.fromhex(line["commitment"])
        if line["salt"] and commitment(bytes.fromhex(line["salt"]), line["entry"]) != committed:
            return f"{where}: address or user agent altered"
        previous = link(previous, position, line["entry"], committed)
        if previous.hex() != line["hash"]:
            return f"{where}: entry {line['entry']['id']} was altered"
        head = None if head == line["hash"] else head
    return head and f"the noted head {head} is not in the chain"


if __name__ == "__main__":
    source = open(sys.argv[1], encoding="utf-8") if len(sys.argv) > 1 else sys.stdin
    wrong = verify(source, sys.argv[2] if len(sys.argv) > 2 else None)
    print(wrong or "whole")
    sys.exit(1 if wrong else 0)
