"""Verifies tokens as a resource server in Python would: PyJWT, then Authlib. Cases come as JSON on standard input."""

import json
import sys
import urllib.request

import jwt
from authlib.jose import JsonWebKey, JsonWebToken

for case in json.load(sys.stdin):
    token, issuer, audience = case["token"], case["issuer"], case["audience"]
    url = issuer + "/.well-known/jwks.json"
    key = jwt.PyJWKClient(url).get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key.key, algorithms=[case["algorithm"]], audience=audience, issuer=issuer,
                        options={"require": ["iss", "sub", "aud", "iat", "nbf", "exp", "jti"]})
    assert claims["sub"].startswith("usr_") and claims["sid"].startswith("ses_"), claims
    assert jwt.get_unverified_header(token)["typ"] == "at+jwt"
    for wrong in ({"audience": "other", "issuer": issuer}, {"audience": audience, "issuer": "https://other.example"}):
        try:
            jwt.decode(token, key.key, algorithms=[case["algorithm"]], **wrong)
        except jwt.InvalidTokenError:
            continue
        raise SystemExit(f"PyJWT took a token for {wrong}")

    with urllib.request.urlopen(url) as answer:
        keys = JsonWebKey.import_key_set(json.load(answer))
    decoded = JsonWebToken([case["algorithm"]]).decode(
        token, keys, claims_options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": audience}})
    decoded.validate()
    print("verified", case["algorithm"])
