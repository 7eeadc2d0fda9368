"""Replaying past orders under other rules: what would it have cost, and where would they have left from?"""
