"""People who ask: by access tokens of the studio's own OpenID issuer."""

from game_events_api.admission.people.issuer import ENDPOINTS, Issuer, IssuerError
from game_events_api.admission.people.sign_in import Client, SignIn
from game_events_api.admission.people.tokens import Rules, TokenRefused, Tokens

__all__ = ["ENDPOINTS", "Client", "Issuer", "IssuerError", "Rules", "SignIn", "TokenRefused", "Tokens"]
