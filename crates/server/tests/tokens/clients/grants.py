# Reads {issuer, logins} from standard input: what Authlib makes of our token endpoint and introspection.
import json
import os
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import get_well_known_url
import requests

case = json.load(sys.stdin)
metadata = requests.get(get_well_known_url(case["issuer"], external=True)).json()
assert metadata["issuer"] == case["issuer"]

for method in ["client_secret_basic", "client_secret_post"]:
    session = OAuth2Session("portal", "a-secret-of-the-portal", token_endpoint_auth_method=method)
    token = session.fetch_token(metadata["token_endpoint"], grant_type="client_credentials", scope="profile")
    assert token["token_type"] == "Bearer" and token["scope"] == "profile" and "refresh_token" not in token, token
    described = session.introspect_token(metadata["introspection_endpoint"], token=token["access_token"]).json()
    assert described["active"] and described["client_id"] == "portal" and described["scope"] == "profile", described

    given = session.fetch_token(
        metadata["token_endpoint"],
        grant_type="urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token=case["logins"].pop(),
        subject_token_type="urn:ietf:params:oauth:token-type:access_token",
    )
    assert given["issued_token_type"] == "urn:ietf:params:oauth:token-type:access_token", given
    renewed = session.refresh_token(metadata["token_endpoint"], refresh_token=given["refresh_token"])
    assert renewed["refresh_token"] != given["refresh_token"], renewed
    session.revoke_token(metadata["revocation_endpoint"], token=renewed["refresh_token"])
    described = session.introspect_token(metadata["introspection_endpoint"], token=renewed["access_token"]).json()
    assert described == {"active": False}, described
    print("verified", method)
