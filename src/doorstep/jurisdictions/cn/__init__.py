"""Mainland China: the conduct rules of debt collection as dated data."""
