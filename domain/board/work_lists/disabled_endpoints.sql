-- Endpoints of partners that are told nothing any more.
SELECT w.updated_at AS since FROM webhook_endpoints w WHERE w.state = 'DISABLED'
