"""Delinquency: ageing, buckets, the opening and closing of cases."""
