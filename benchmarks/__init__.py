"""Measurements that anybody can repeat: `make bench`, or `make bench ONLY=day`."""
