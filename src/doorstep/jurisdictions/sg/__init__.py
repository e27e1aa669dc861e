"""Singapore: the rules of recovery that can be judged before a contact."""
