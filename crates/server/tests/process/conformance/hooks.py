"""What schemathesis is told about this server: credentials of a persona that live, and ids that exist where made-up ones find nothing."""

import atexit
import base64
import json
import os
import random
import re
import urllib.error
import urllib.request

import schemathesis

URL = os.environ["CONFORMANCE_URL"]
PERSONA = json.loads(os.environ["CONFORMANCE_PERSONA"])
# Most requests are given what opens the door; the others show that the refusals are as documented, too.
chance = random.Random(7)
held = {}
# Ids that answers told, by their prefix: `ses`, `usr`, …
known = {}
answered = {}


def ask(path, body=None, headers=None):
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(URL + path, data=data, headers={"content-type": "application/json", **(headers or {})})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as refused:
        return refused.code, None


def access_token():
    """A live one: what was made up may have ended its session."""
    bearer = {"authorization": f"Bearer {held.get('token')}"}
    if "token" not in held or ask("/api/v1/me/sessions", headers=bearer)[0] != 200:
        _, pair = ask("/user/login", {"username": PERSONA["username"], "password": PERSONA["password"]})
        held["token"] = pair["accessToken"]
        claims = held["token"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        held["self"] = held.get("self", set()) | {claims["sub"], claims.get("tenant_id")} | client_stands_on()
    return held["token"]


def client_stands_on():
    """The client application and all above it, where the persona may see and so change them: without them it is refused."""
    bearer = {"authorization": f"Bearer {held['token']}"}
    _, listed = ask("/api/v1/admin/applications/?search=Shop&per_page=100", headers=bearer)
    ours = [found for found in (listed or {}).get("data", []) if found["client_id"] == PERSONA["client"]]
    ids = {found[key] for found in ours for key in ("id", "owner_id", "tenant_id")}
    for tenant in [found["tenant_id"] for found in ours if found["tenant_id"]]:
        _, described = ask(f"/api/v1/admin/tenants/{tenant}", headers=bearer)
        ids.add(described["data"].get("partner_id"))
    return ids


def session_guid():
    if "guid" not in held or ask("/usm/session/validate", {"session_guid": held["guid"]})[0] != 200:
        _, reply = ask("/usm/session/create", {"email": PERSONA["email"], "passcode": PERSONA["password"]})
        held["guid"] = reply["data"]["session_guid"]
    return held["guid"]


def existing(name, value, changes):
    """An id of the kind that `name` or the made-up `value` asks for; one's own account is not changed: it is needed later."""
    prefix = {"session": "ses", "user": "usr", "tenant": "tnt", "partner": "prt", "application": "app"}.get(name.removesuffix("_id"))
    spared = held.get("self", ()) if changes else ()
    ids = [found for found in known.get(prefix, []) if found not in spared]
    # Schemathesis, too, puts in what answers told.
    if isinstance(value, str) and value in spared:
        value = f"{prefix}_00000000000000000000000000"
    return chance.choice(ids) if ids and chance.random() < 0.6 else value


@schemathesis.hook
def before_call(context, case, kwargs):
    path, changes = case.operation.path, case.method.upper() != "GET"
    headers = dict(case.headers or {})
    if chance.random() < 0.9:
        if path.startswith(("/api/", "/user/")):
            headers["Authorization"] = f"Bearer {access_token()}"
        if path.startswith("/oauth/"):
            headers["Authorization"] = "Basic " + base64.b64encode(f"{PERSONA['client']}:{PERSONA['secret']}".encode()).decode()
        if path.startswith("/session-storage/"):
            headers.update(ClientID=PERSONA["client"], ClientSecret=PERSONA["secret"])
    case.headers = headers
    if isinstance(case.body, dict) and chance.random() < 0.7:
        if path.startswith("/usm/") and "session_guid" in case.body:
            case.body["session_guid"] = session_guid()
        if "orgcode" in case.body:
            case.body["orgcode"] = PERSONA["orgcode"]
    if path.startswith("/session-storage/") and known.get("storage") and chance.random() < 0.7:
        for name in case.path_parameters or {}:
            case.path_parameters[name] = chance.choice(known["storage"])
    for place in (case.path_parameters, case.query) if not path.startswith("/session-storage/") else ():
        for name, value in list((place or {}).items()):
            place[name] = existing(name, value, changes)


@schemathesis.hook
def after_call(context, case, response):
    for found in set(re.findall(r"\b(?:ses|usr|tnt|prt|app)_[0-9a-z]{26}\b", response.text)):
        ids = known.setdefault(found[:3], [])
        if found not in ids and len(ids) < 50:
            ids.append(found)
    known["storage"] = [*known.get("storage", []), *re.findall(r'"id":"(\w+\.[0-9a-f]{8}\.[0-9a-f]{8})"', response.text)][-20:]
    if not case.operation.path.endswith((".yaml", ".json", ".md")):
        answered[response.status_code] = answered.get(response.status_code, 0) + 1


@atexit.register
def tell():
    with open(os.environ["CONFORMANCE_ANSWERED"], "w") as file:
        json.dump(answered, file)
