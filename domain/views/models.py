"""Views: what somebody wants to see again on a page of a console, such as filters and columns."""

from typing import Any

from tortoise import fields
from tortoise.models import Model


class SavedView(Model):
    """What to show on a page, under a name. `key_id` NULL: saved by the house itself."""

    id = fields.UUIDField(primary_key=True)
    key_id = fields.UUIDField(null=True)
    page = fields.TextField()
    name = fields.TextField()
    params = fields.JSONField[dict[str, Any]]()
    shared = fields.BooleanField()
    created_by = fields.TextField()
    updated_at = fields.DatetimeField()

    class Meta:
        table = "saved_views"
