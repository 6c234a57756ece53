"""The Open Inference Protocol v2: clients of KServe, Triton and MLServer work as they are.

https://github.com/kserve/open-inference-protocol, with Triton's binary tensor data extension.
Nothing of it is imported before a request under /v2 comes.
"""
