"""The deployment: one stack on AWS, made with the CDK. Knows nothing of what a request is."""
