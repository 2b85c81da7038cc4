"""OpenID Connect: a provider elsewhere tells who somebody is, asked by the authorization code flow with PKCE."""

from __future__ import annotations

import logging
import secrets
import threading
from base64 import b64encode
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, quote_plus, unquote, urlsplit

from api.errors import NotSignedIn, ProviderFails
from api.settings import Settings
from ingest import N_

if TYPE_CHECKING:
    from authlib.integrations.httpx_client import OAuth2Client
    from authlib.oauth2.auth import ClientAuth
    from joserfc.jwk import KeySet

_DISCOVERY = "/.well-known/openid-configuration"
_TIMEOUT_S = 5.0
_LEEWAY_S = 60  # by which the clocks may differ
# By a key that only the provider has; with `none` or a shared key others could have signed.
_SIGNATURES = frozenset(f"{kind}{bits}" for kind in ("RS", "PS", "ES") for bits in (256, 384, 512))
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_NOT_COMPLETED = N_("Signing in with {name} was not completed. Try again.")
# A provider that hangs must not keep all threads of the server waiting.
_at_once = threading.BoundedSemaphore(4)
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Provider:
    """Who is asked, as the settings say. `name` is what people call it."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True, slots=True)
class Journey:
    """What a browser keeps while it is at the provider: three secrets, and the page to go to afterwards."""

    state: str
    nonce: str
    verifier: str
    then: str

    def write(self) -> str:
        """As the value of a cookie."""
        return ":".join((self.state, self.nonce, self.verifier, quote(self.then, safe="")))


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is: the provider's `issuer` and its lasting `subject`; `email` only where it is verified."""

    issuer: str
    subject: str
    email: str | None
    name: str


def find_provider(settings: Settings) -> Provider | None:
    """That of the settings, be it usable or not; None when they say nothing of any."""
    issuer, client_id = settings.oidc_issuer or "", settings.oidc_client_id or ""
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    if not (issuer or client_id or secret):
        return None
    return Provider(issuer, client_id, secret, settings.oidc_name or urlsplit(issuer).netloc or "OpenID Connect")


def begin_journey(then: str) -> Journey:
    return Journey(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), then)


def read_journey(written: str) -> Journey | None:
    """From the value of a cookie; None for any other."""
    parts = written.split(":")
    if len(parts) != 4 or not all(parts[:3]):
        return None
    state, nonce, verifier, then = parts
    return Journey(state, nonce, verifier, unquote(then))


def address_to_ask(provider: Provider, journey: Journey, back: str) -> str:
    """Where the browser goes to be asked who it is, and to come back to `back`. Raises ProviderFails."""
    with _asking(provider) as client:
        endpoint = _discover(client, provider)["authorization_endpoint"]
        address, _ = client.create_authorization_url(
            endpoint,
            state=journey.state,
            nonce=journey.nonce,
            code_verifier=journey.verifier,
            redirect_uri=back,
            scope="openid email profile",
        )
        return str(address)


def refuse_journey(provider: Provider) -> NotSignedIn:
    """What is said when somebody comes back otherwise than they went."""
    return NotSignedIn(_NOT_COMPLETED, name=provider.name)


def identify(provider: Provider, journey: Journey, code: str, back: str) -> Identity:
    """Who came back with this code. Raises NotSignedIn for what does not prove it, and ProviderFails."""
    from authlib.integrations.base_client import OAuthError
    from joserfc.errors import JoseError

    with _asking(provider) as client:
        said = _discover(client, provider)
        methods = said.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        if "client_secret_basic" not in methods and "client_secret_post" in methods:
            client.token_endpoint_auth_method = "client_secret_post"
        try:
            answer = client.fetch_token(
                said["token_endpoint"],
                grant_type="authorization_code",
                code=code,
                code_verifier=journey.verifier,
                redirect_uri=back,
            )
            claims = _read_claims(answer, _fetch_keys(client, said), said, provider, journey.nonce)
        except OAuthError as error:
            if error.error == "invalid_grant":
                raise refuse_journey(provider) from error
            reason = f"{error.error} {error.description or ''}".strip()
            raise ProviderFails(N_("{address}: {reason}"), address=provider.issuer, reason=reason) from error
        except JoseError as error:
            _log.warning("an ID token of %s was refused: %s", provider.issuer, error)
            raise refuse_journey(provider) from error
        subject = claims["sub"]
        if "email" not in claims and _is_safe(said.get("userinfo_endpoint")):
            asked = _fetch(client, said["userinfo_endpoint"], str(answer.get("access_token", "")))
            # A token that was given in place of another would bring somebody else's address.
            claims = asked if asked.get("sub") == subject else {}
    email = claims.get("email")
    verified = claims.get("email_verified")
    is_verified = verified is True or verified == "true"
    name = claims.get("name")
    return Identity(
        provider.issuer,
        subject,
        email if is_verified and isinstance(email, str) else None,
        name if isinstance(name, str) else "",
    )


def check_provider(provider: Provider) -> None:
    """Raises ProviderFails when nobody could sign in by it."""
    with _asking(provider) as client:
        said = _discover(client, provider)
        _fetch_keys(client, said)
        _find_algorithms(said)


@contextmanager
def _asking(provider: Provider) -> Iterator[OAuth2Client]:
    """A client of the provider. Whatever goes wrong with it on the way is said by ProviderFails."""
    import httpx2
    from authlib.common.errors import AuthlibBaseError
    from authlib.integrations.httpx_client import OAuth2Client

    for variable, value in (
        ("BANHA_OIDC_ISSUER", provider.issuer),
        ("BANHA_OIDC_CLIENT_ID", provider.client_id),
        ("BANHA_OIDC_CLIENT_SECRET", provider.client_secret),
    ):
        if not value:
            raise ProviderFails(N_("{variable} is not set."), variable=variable)
    if not _is_safe(provider.issuer):
        raise ProviderFails(N_("BANHA_OIDC_ISSUER must begin with https://"))
    if not _at_once.acquire(blocking=False):
        raise ProviderFails(N_("{address} is being asked too often at once."), address=provider.issuer)
    try:
        with OAuth2Client(
            provider.client_id,
            provider.client_secret,
            token_endpoint_auth_method=_authenticate,
            code_challenge_method="S256",
            timeout=_TIMEOUT_S,
        ) as client:
            yield client
    except (AuthlibBaseError, httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
        raise ProviderFails(N_("{address}: {reason}"), address=provider.issuer, reason=str(error)) from error
    finally:
        _at_once.release()


def _authenticate(
    auth: ClientAuth, _method: str, address: str, headers: MutableMapping[str, str], body: str
) -> tuple[str, MutableMapping[str, str], str]:
    """By Basic with id and secret form-encoded (RFC 6749, 2.3.1), which the library leaves out: either may hold a
    colon, and letters that Latin-1 does not know."""
    said = f"{quote_plus(auth.client_id)}:{quote_plus(auth.client_secret)}"
    headers["Authorization"] = f"Basic {b64encode(said.encode()).decode()}"
    return address, headers, body


def _fetch(client: OAuth2Client, address: str, token: str = "") -> dict[str, Any]:
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    answer = client.request("GET", address, withhold_token=True, headers=headers)
    try:
        said = answer.json() if answer.status_code == 200 else None
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise ProviderFails(
            N_("{address} answers with status {status}, and no JSON that could be used."),
            address=address,
            status=answer.status_code,
        )
    return said


def _discover(client: OAuth2Client, provider: Provider) -> dict[str, Any]:
    """What the provider says of itself (OpenID Connect Discovery 1.0, 4)."""
    said = _fetch(client, provider.issuer.rstrip("/") + _DISCOVERY)
    if said.get("issuer") != provider.issuer:
        raise ProviderFails(
            N_("{address} calls itself {issuer}; BANHA_OIDC_ISSUER must be the same to the letter."),
            address=provider.issuer,
            issuer=str(said.get("issuer")),
        )
    for name in _ENDPOINTS:
        if not _is_safe(said.get(name)):
            raise ProviderFails(N_("{address} names no {what} with https."), address=provider.issuer, what=name)
    return said


def _fetch_keys(client: OAuth2Client, said: dict[str, Any]) -> KeySet:
    """The public keys with which the provider may have signed; those that are not understood are left out."""
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet, import_key

    listed = _fetch(client, said["jwks_uri"]).get("keys")
    keys = []
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and one.get("kty") != "oct" and one.get("use", "sig") == "sig":
            with suppress(JoseError, ValueError, TypeError, KeyError):
                keys.append(import_key(one))
    if not keys:
        raise ProviderFails(N_("{address} holds no key that could be used."), address=said["jwks_uri"])
    return KeySet(keys)


def _find_algorithms(said: dict[str, Any]) -> list[str]:
    named = said.get("id_token_signing_alg_values_supported") or ["RS256"]
    found = sorted(_SIGNATURES.intersection(one for one in named if isinstance(one, str)))
    if not found:
        raise ProviderFails(N_("{address} signs in no way that could be used."), address=said["issuer"])
    return found


def _read_claims(
    answer: dict[str, Any], keys: KeySet, said: dict[str, Any], provider: Provider, nonce: str
) -> dict[str, Any]:
    """The claims of an ID token (OpenID Connect Core 1.0, 3.1.3.7). Raises JoseError for one that does not hold."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.errors import InvalidClaimError

    token = jwt.decode(str(answer.get("id_token", "")), keys, algorithms=_find_algorithms(said))
    claims = CodeIDToken(
        token.claims,
        token.header,
        {"iss": {"essential": True, "value": provider.issuer}, "aud": {"essential": True, "value": provider.client_id}},
        {"nonce": nonce, "client_id": provider.client_id, "access_token": answer.get("access_token")},
    )
    claims.validate(leeway=_LEEWAY_S)
    if not (isinstance(claims["sub"], str) and claims["sub"]):
        raise InvalidClaimError("sub")
    return dict(claims)


def _is_safe(address: object) -> bool:
    """Whether nobody can listen on the way: by HTTPS, or on this computer."""
    if not isinstance(address, str):
        return False
    try:
        parts = urlsplit(address)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme == "https":
        return bool(host)
    with suppress(ValueError):
        return parts.scheme == "http" and ip_address(host).is_loopback
    return parts.scheme == "http" and host == "localhost"
