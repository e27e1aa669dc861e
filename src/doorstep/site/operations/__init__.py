"""What whoever runs the machine needs: tables, health, serving, warming."""
