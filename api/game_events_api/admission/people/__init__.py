"""People who ask: by access tokens of the studio's own OpenID issuer."""

from game_events_api.admission.people.issuer import Issuer, IssuerError
from game_events_api.admission.people.tokens import Rules, TokenRefused, Tokens

__all__ = ["Issuer", "IssuerError", "Rules", "TokenRefused", "Tokens"]
