"""People: users, agents, teams, mandates, territories, certificates, permissions."""
