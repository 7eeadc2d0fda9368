-- Jobs that failed too often, oldest first.
SELECT j.created_at AS since FROM jobs j WHERE j.state = 'DEAD' ORDER BY j.created_at
