"""Users that ask the service as people would, for Locust: see locustfile.py."""
