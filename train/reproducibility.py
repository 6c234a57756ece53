"""Same data, same seed, same kind of machine: same figures."""

import tensorflow as tf


def make_reproducible(threads: int | None = None) -> None:
    """Have TensorFlow add its numbers up in one order, whatever its threads do.

    Seeds are set where models are fitted, and oneDNN's own order is turned off in
    ``train.__main__``, because that has to come before TensorFlow is imported.

    Args:
        threads: how many it may use, before it is first used; as many as there are cores if not
            given.
    """
    tf.config.experimental.enable_op_determinism()
    if threads is not None:
        tf.config.threading.set_intra_op_parallelism_threads(threads)
        tf.config.threading.set_inter_op_parallelism_threads(threads)
