"""Why a rule set is not changed or activated."""

from domain.shared.refusal import Conflict, InvalidInput, NotFound


class InvalidRuleSet(InvalidInput):
    """The rules cannot be like this; `field` is the path to what is wrong."""

    code = "INVALID_RULE_SET"


class UnknownRuleSet(NotFound):
    """There is no such rule set."""

    code = "UNKNOWN_RULE_SET"


class RuleSetNotDraft(Conflict):
    """It was active: decisions refer to it, so it stays as it is."""

    code = "RULE_SET_NOT_DRAFT"
