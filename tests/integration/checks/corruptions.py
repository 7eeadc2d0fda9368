"""How to break each promise and no other, behind the back of every constraint and trigger."""

_OF = "(SELECT id FROM orders WHERE external_reference = '{}')"
_MUNICH_A = """
    variant_id = (SELECT id FROM variants WHERE sku = 'A')
    AND warehouse_id = (SELECT id FROM warehouses WHERE code = 'munich')
"""


def _of(reference: str) -> str:
    return _OF.format(reference)


def _booked(bucket: str, units: int) -> str:
    """A level and its ledger changed in step, with nothing to show for it."""
    return f"""
        UPDATE stock_levels SET {bucket} = {bucket} + {units}, version = version + 1 WHERE {_MUNICH_A};
        INSERT INTO stock_entries (variant_id, warehouse_id, version, {bucket}, reason, document_kind, actor, at)
        SELECT variant_id, warehouse_id, version, {units}, 'COUNTED', 'MANUAL', 'vandal', '2026-11-22T12:00:00Z'
        FROM stock_levels WHERE {_MUNICH_A};
    """


_LONG_AGO = "'2026-11-22T11:58:59Z'"  # 61 seconds before the tests' now
# so that the board still agrees with what there is
_ONE_PLACED_LESS = "UPDATE board_minutes SET placed = placed - 1"

CORRUPTIONS = {
    "levels_within_bounds": f"""
        ALTER TABLE stock_levels DROP CONSTRAINT stock_levels_nothing_oversold;
        {_booked("unsellable", 1_000)}
    """,
    "levels_are_their_ledger": f"UPDATE stock_levels SET on_hand = on_hand + 1 WHERE {_MUNICH_A}",
    "ledger_is_gapless": f"""
        UPDATE stock_entries SET version = version + 1
        WHERE id = (SELECT id FROM stock_entries WHERE {_MUNICH_A} ORDER BY version DESC LIMIT 1)
    """,
    "allocated_units_are_promised": _booked("allocated", 1),
    "held_units_have_holds": _booked("held", 1),
    "incoming_units_are_in_transit": _booked("incoming", 1),
    "orders_are_their_lines": "UPDATE orders SET units_cancelled = 1 WHERE external_reference = 'backordered'",
    "totals_are_their_lines": "UPDATE orders SET subtotal_minor = subtotal_minor + 1 WHERE number = 100001",
    "lines_are_their_promises": f"""
        UPDATE order_lines SET allocated = 1 WHERE order_id = {_of("backordered")} AND sku = 'C';
        UPDATE orders SET units_allocated = units_allocated + 1 WHERE external_reference = 'backordered';
    """,
    "promises_name_their_line": f"UPDATE reservations SET order_id = {_of('held')}",
    "timelines_are_gapless": "UPDATE orders SET version = version + 1 WHERE external_reference = 'held'",
    "timelines_begin_once": f"""
        UPDATE events SET kind = 'ORDER_HELD' WHERE subject_id = {_of("held")} AND version = 1;
        {_ONE_PLACED_LESS};
    """,
    "sourcing_is_explained": f"""
        UPDATE sourcing_decisions SET order_id = {_of("held")} WHERE order_id = {_of("open")}
    """,
    "decisions_were_carried_out": f"""
        UPDATE sourcing_decisions SET cost_minor = cost_minor + 1 WHERE order_id = {_of("open")}
    """,
    "moves_lose_nothing": f"""
        UPDATE fulfilment_orders SET late = true WHERE order_id = {_of("moved")} AND moved_by IS NULL
    """,
    "planned_parcels_are_counted": "UPDATE dispatch_days SET planned = planned + 1",
    "waves_end_with_their_last_parcel": "UPDATE waves SET state = 'COMPLETED', ended_at = created_at",
    "released_waves_are_being_picked": """
        UPDATE waves SET warehouse_id = (SELECT id FROM warehouses h WHERE h.id <> waves.warehouse_id LIMIT 1)
    """,
    "backorders_are_looked_at_in_time": f"""
        UPDATE orders SET source_again_at = {_LONG_AGO} WHERE external_reference = 'backordered'
    """,
    "the_unfilled_are_cancelled_in_time": f"""
        UPDATE orders SET cancel_unfilled_at = {_LONG_AGO} WHERE external_reference = 'backordered'
    """,
    "orders_stand_where_they_say": "UPDATE order_holds SET released_at = placed_at",
    "feed_positions_are_within_range": "UPDATE feed_state SET last_position = last_position - 1",
    "feed_keeps_the_order": f"""
        UPDATE feed_state SET last_position = last_position + 1;
        UPDATE feed SET position = (SELECT last_position FROM feed_state)
        WHERE source = 1 AND row_id = (SELECT id FROM events WHERE subject_id = {_of("held")} AND version = 1);
        {_ONE_PLACED_LESS};
    """,
    "imports_account_for_every_refusal": "DELETE FROM import_errors",
    "uploads_are_whole": "UPDATE import_pieces SET start = start + 1",
    "imports_go_on": f"""
        UPDATE imports SET state = 'RUNNING', ended_at = NULL, updated_at = {_LONG_AGO}
    """,
    "exported_files_are_whole": "UPDATE export_pieces SET start = start + 1",
    "exports_go_on": f"""
        UPDATE exports SET state = 'RUNNING', ended_at = NULL, expires_at = NULL, updated_at = {_LONG_AGO}
    """,
    "feed_is_complete": "DELETE FROM feed WHERE position = 5",
    "holds_end_in_time": f"UPDATE holds SET expires_at = {_LONG_AGO}",
    "waiting_orders_have_a_job": f"""
        DELETE FROM jobs;
        UPDATE orders SET updated_at = {_LONG_AGO} WHERE external_reference = 'waiting';
    """,
    "backorders_have_no_stock": f"""
        DELETE FROM jobs;
        UPDATE orders SET updated_at = {_LONG_AGO} WHERE external_reference = 'backordered';
        UPDATE order_lines SET variant_id = (SELECT id FROM variants WHERE sku = 'B')
        WHERE order_id = {_of("backordered")} AND sku = 'C';
    """,
    "messages_are_kept_whole": "UPDATE inbound_messages SET body = overlay(body placing 'x' from 1)",
    "messages_name_their_order": f"UPDATE inbound_messages SET order_id = {_of('held')} WHERE outcome = 'UPDATED'",
    "orders_follow_their_messages": f"UPDATE orders SET external_updated_at = NULL WHERE id = {_of('told')}",
    "messages_have_a_job": f"""
        DELETE FROM jobs WHERE kind = 'INTAKE';
        UPDATE inbound_messages SET outcome = 'RECEIVED', outcome_at = NULL, last_received_at = {_LONG_AGO}
        WHERE outcome = 'UPDATED';
    """,
    "no_change_waits": "UPDATE order_changes SET created_at = '2026-11-01'",
    "jobs_are_taken": f"UPDATE jobs SET run_after = {_LONG_AGO}",
    "feed_keeps_up": f"""
        INSERT INTO events (subject_id, version, kind, payload, actor, at)
        SELECT id, version + 1, 'ORDER_HELD', '{{}}', 'vandal', {_LONG_AGO} FROM orders WHERE id = {_of("open")};
        UPDATE orders SET version = version + 1 WHERE id = {_of("open")};
    """,
    "listings_say_what_may_be_sold": "UPDATE listings SET desired = desired + 1",
    "listings_are_heard": "UPDATE listings SET desired_at = '2026-11-22T11:49:59Z'",
    "webhooks_are_sent": f"""
        INSERT INTO webhook_endpoints (id, url, state, created_at, updated_at)
        VALUES (gen_random_uuid(), 'https://example.org/', 'ENABLED', now(), now());
        INSERT INTO webhook_deliveries (id, endpoint_id, event_id, order_id, position, state, next_at, created_at)
        SELECT gen_random_uuid(), w.id, e.id, e.subject_id, 1, 'PENDING', {_LONG_AGO}, {_LONG_AGO}
        FROM webhook_endpoints w, events e WHERE e.version = 1 AND e.subject_id = {_of("held")};
    """,
    "polls_go_on": """
        INSERT INTO channel_polls (channel_id, complete_to, moved_at, next_at, swept_to)
        SELECT id, '2026-11-22T11:00:00Z', '2026-11-22T11:00:00Z', '2026-11-22T11:00:00Z', '2026-11-22' FROM channels
    """,
    "the_board_counts_what_happened": "UPDATE board_minutes SET shipped = shipped + 1",
    "reports_are_their_orders": """
        UPDATE feed_consumers SET position = (SELECT last_position FROM feed_state) WHERE name = 'reports'
    """,
    "reports_add_up": """
        INSERT INTO reports.regional_sales SELECT 1440, '2026-11-22Z', id, 'EUR', 'DE', '', 1, 1, 1000, 0, 0, 0, 0, 0 FROM channels
    """,
    "reports_know_the_categories": """
        INSERT INTO reports.category_sales SELECT 1440, '2026-11-22Z', id, 'EUR', 'Cups', 1, 0, 1, 0, 0, 0, 0 FROM channels
    """,
    "categories_are_followed": """
        INSERT INTO recategorised (consumer, variant_id, changed_at) SELECT 'reports', id, '2026-11-22T05:59:59Z' FROM variants
    """,
    "reports_know_the_levels": f"""
        INSERT INTO reports.levels SELECT variant_id, warehouse_id, version, on_hand, on_hand FROM stock_levels WHERE {_MUNICH_A}
    """,
    "tokens_are_renewed": """
        INSERT INTO channel_tokens (channel_id, good_until) SELECT id, '2026-11-22T11:00:00Z' FROM channels
    """,
    "open_orders_are_somewhere": """
        WITH known AS (INSERT INTO places VALUES ('FR', 'COUNTRY', '', '', 46, 2, 'BUILT_IN'))
        UPDATE orders SET latitude = NULL, longitude = NULL
    """,
    "no_dead_letters": "UPDATE jobs SET state = 'DEAD', last_error = 'no luck'",
}
