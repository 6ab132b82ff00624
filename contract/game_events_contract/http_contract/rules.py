"""The rules for changes of the HTTP contract, with the tiers of the schemas' gate.

A path prefix such as `/v1` is the contract's version: what stands below it may grow and not break.
"""

from enum import StrEnum
from typing import NamedTuple

from game_events_contract.compatibility import Tier


class HttpRule(StrEnum):
    """A rule, printed as its id; where its change is felt, and what it means."""

    tier: Tier
    meaning: str

    def __new__(cls, rule_id: str, tier: Tier, meaning: str) -> "HttpRule":
        member = str.__new__(cls, rule_id)
        member._value_ = rule_id
        member.tier, member.meaning = tier, meaning
        return member

    OPERATION_REMOVED = "http-operation-removed", Tier.WIRE, "Whoever calls it is answered 404 or 405."
    OPERATION_ADDED = "http-operation-added", Tier.SOURCE, "Something more can be called."
    OPERATION_DEPRECATED = "http-operation-deprecated", Tier.SOURCE, "It is to be left, or no longer."
    OPERATION_ID_CHANGED = (
        "http-operation-id-changed",
        Tier.WIRE,
        "Every client generated from the document loses the method it calls.",
    )
    SUNSET_TOO_SOON = "http-sunset-too-soon", Tier.WIRE, "Clients need notice before an operation goes."

    PARAMETER_REMOVED = "http-parameter-removed", Tier.WIRE, "What clients send is ignored or refused."
    PARAMETER_REQUIRED = "http-parameter-required", Tier.WIRE, "Requests without it are refused."
    PARAMETER_ADDED = "http-parameter-added", Tier.SOURCE, "An optional parameter or header more."
    PARAMETER_OPTIONAL = "http-parameter-optional", Tier.SOURCE, "It need not be sent any more."
    PARAMETER_DEFAULT_CHANGED = (
        "http-parameter-default-changed",
        Tier.WIRE,
        "Requests without it are answered otherwise.",
    )
    PARAMETER_FORM_CHANGED = "http-parameter-form-changed", Tier.WIRE, "What clients write is read otherwise."

    REQUEST_BODY_REQUIRED = "http-request-body-required", Tier.WIRE, "Requests without a body are refused."
    REQUEST_BODY_OPTIONAL = "http-request-body-optional", Tier.SOURCE, "A body need not be sent any more."
    REQUEST_BODY_REMOVED = "http-request-body-removed", Tier.WIRE, "The body that clients send is ignored or refused."
    REQUEST_BODY_ADDED = "http-request-body-added", Tier.SOURCE, "A body may be sent."
    REQUEST_TYPE_REMOVED = "http-request-type-removed", Tier.WIRE, "Bodies of that media type are refused."
    REQUEST_TYPE_ADDED = "http-request-type-added", Tier.SOURCE, "Bodies of one more media type are taken."
    REQUEST_NARROWED = "http-request-narrowed", Tier.WIRE, "What clients send so far may be refused."
    REQUEST_CHANGED = "http-request-changed", Tier.SOURCE, "All that clients send so far is taken."

    ANSWER_REMOVED = "http-answer-removed", Tier.WIRE, "Clients wait for a status that does not come."
    SUCCESS_ADDED = "http-success-added", Tier.WIRE, "Clients take an unknown success for a failure."
    REFUSAL_ADDED = "http-refusal-added", Tier.SOURCE, "A refusal more; clients know its class."
    ANSWER_BODY_REMOVED = "http-answer-body-removed", Tier.WIRE, "Clients read a body that does not come."
    ANSWER_TYPE_REMOVED = "http-answer-type-removed", Tier.WIRE, "Clients cannot read what comes instead."
    ANSWER_TYPE_ADDED = "http-answer-type-added", Tier.SOURCE, "Clients that ask for it are answered in it."
    ANSWER_HEADER_REMOVED = "http-answer-header-removed", Tier.WIRE, "Clients read a header that does not come."
    ANSWER_HEADER_OPTIONAL = "http-answer-header-optional", Tier.WIRE, "A header that always came may be missing."
    ANSWER_HEADER_ADDED = "http-answer-header-added", Tier.SOURCE, "A header more, or one that always comes now."
    ANSWER_WIDENED = "http-answer-widened", Tier.WIRE, "Clients may meet what no answer held so far."
    ANSWER_CHANGED = "http-answer-changed", Tier.SOURCE, "Every answer is one that clients could meet before."

    SECURITY_TIGHTENED = "http-security-tightened", Tier.WIRE, "Credentials that sufficed are refused."
    SECURITY_LOOSENED = "http-security-loosened", Tier.SOURCE, "Less, or something else, suffices too."
    SECURITY_SCHEME_CHANGED = "http-security-scheme-changed", Tier.WIRE, "Credentials are sent in another way."
    SERVER_REMOVED = "http-server-removed", Tier.WIRE, "Clients call an address that is not served."
    SERVER_ADDED = "http-server-added", Tier.SOURCE, "An address more."
    DOCUMENT_VERSION_CHANGED = "http-document-version-changed", Tier.WIRE, "Tools may not read the document."
    KEYWORD_UNKNOWN = "http-keyword-unknown", Tier.WIRE, "The gate does not understand what changed."


class HttpChange(NamedTuple):
    """One rule that applies at one place of the document, given as a JSON Pointer."""

    rule: HttpRule
    pointer: str
    detail: str = ""
