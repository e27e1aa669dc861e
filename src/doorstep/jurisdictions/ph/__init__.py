"""The Philippines: the rules of recovery that can be judged before a contact."""
