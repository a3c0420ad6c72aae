"""What stays on disk: settings, secrets, log files, the last known snapshot."""
