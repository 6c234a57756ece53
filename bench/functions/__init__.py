"""What is started beside the service: functions for Lambda, each a module of its own."""
