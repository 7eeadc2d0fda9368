-- Data checks that found something, or did not end, when they last ran; warnings aside, which have lists of their own.
SELECT latest.at AS since FROM (
    SELECT DISTINCT ON (name) kind, at, violations FROM check_runs ORDER BY name, at DESC, id DESC
) latest
WHERE latest.kind <> 'WARNING' AND latest.violations IS DISTINCT FROM 0
