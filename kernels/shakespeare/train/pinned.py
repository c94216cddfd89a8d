"""Fixes how jax calculates. Import this before jax.

A sum of floats depends on its order, which XLA chooses by the number of threads and by the
instructions of the processor. One thread and the instruction set of 2013 (AVX2) give the same bits
wherever the same package versions run on an x86-64 processor with at least that.
"""

import os

os.environ["JAX_PLATFORMS"] = "cpu"
os.environ["XLA_FLAGS"] = (
    "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1 --xla_cpu_max_isa=AVX2"
)
os.environ["OPENBLAS_NUM_THREADS"] = "1"
