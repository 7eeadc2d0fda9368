"""What a channel's platform is spoken to with: sealed at rest, never shown again."""
