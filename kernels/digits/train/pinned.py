"""Fixes how numpy calculates. Import this before numpy.

A sum of floats depends on its order, and both the BLAS library and numpy choose an order by the
number of threads and by the instructions of the processor. One thread and the instruction set of
2013 (AVX2) give the same bits on every x86-64 machine that has at least that.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["OPENBLAS_CORETYPE"] = "Haswell"
os.environ["NPY_DISABLE_CPU_FEATURES"] = "X86_V4 AVX512_ICL AVX512_SPR"
