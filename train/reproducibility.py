"""Same data, same seed, same kind of machine: same figures."""

import tensorflow as tf


def make_reproducible() -> None:
    """Have TensorFlow add its numbers up in one order, whatever its threads do.

    Seeds are set where models are fitted, and oneDNN's own order is turned off in
    ``train.__main__``, because that has to come before TensorFlow is imported.
    """
    tf.config.experimental.enable_op_determinism()
