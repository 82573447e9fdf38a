"""Reads {issuer, secret, username, password} from standard input: Authlib signs somebody in, and checks the ID token."""

import html
import json
import re
import sys

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, JsonWebToken
from authlib.oidc.core import CodeIDToken, UserInfo

case = json.load(sys.stdin)
issuer, callback = case["issuer"], "https://shop.test/callback"
metadata = requests.get(f"{issuer}/.well-known/openid-configuration", timeout=30).json()


def until_sent_back(url):
    """A browser that signs in, says yes, and stops where it is sent to the application."""
    browser = requests.Session()
    browser.headers["sec-fetch-site"] = "same-origin"
    answer = browser.get(url, allow_redirects=False, timeout=30)
    for _ in range(12):
        if answer.status_code == 303:
            to = requests.compat.urljoin(url, answer.headers["location"])
            if to.startswith(callback):
                return to
            assert to.startswith(issuer), to
            answer = browser.get(to, allow_redirects=False, timeout=30)
            continue
        assert answer.status_code == 200, answer.text
        action = re.search(r'<form method="post" action="([^"]*)"', answer.text)[1]
        hidden = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', answer.text)
        fields = {name: html.unescape(value) for name, value in hidden}
        fields |= {"username": case["username"], "password": case["password"], "decision": "allow"}
        answer = browser.post(requests.compat.urljoin(url, action), data=fields, allow_redirects=False, timeout=30)
    raise AssertionError("it goes round in circles")


client = OAuth2Session("shop", case["secret"], scope="openid profile email", redirect_uri=callback, code_challenge_method="S256")
verifier, nonce = generate_token(48), generate_token()
url, state = client.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce)
answered = until_sent_back(url)
token = client.fetch_token(metadata["token_endpoint"], authorization_response=answered, state=state, code_verifier=verifier)

keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=30).json())
claims = JsonWebToken(metadata["id_token_signing_alg_values_supported"]).decode(
    token["id_token"],
    keys,
    claims_cls=CodeIDToken,
    claims_options={"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": "shop"}},
    claims_params={"nonce": nonce, "client_id": "shop", "access_token": token["access_token"], "max_age": 60},
)
claims.validate()
info = UserInfo(client.get(metadata["userinfo_endpoint"]).json())
assert info.sub == claims["sub"] and info.email == f"{case['username']}@example.com", info
print("verified authlib")
