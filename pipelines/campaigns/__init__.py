"""Campaigns: planned, opened, invited to, answered, counted. Each use case runs in the caller's
transaction (`unit`) and takes its moment (`now`).
"""
