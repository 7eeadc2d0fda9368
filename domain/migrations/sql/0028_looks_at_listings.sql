-- When a listing was last chosen to be looked at, whatever came of it: those that a platform never speaks of would be the
-- ones that were not seen for the longest for ever, and keep all others from being looked at.
ALTER TABLE listings ADD COLUMN looked_at timestamptz;
UPDATE listings SET looked_at = observed_at WHERE observed_at IS NOT NULL;
DROP INDEX listings_by_observation;
CREATE INDEX listings_by_look ON listings (channel_id, looked_at NULLS FIRST) WHERE active AND acked IS NOT NULL;
