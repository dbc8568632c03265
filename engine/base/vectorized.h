/*
 * Loops that are built for several instruction sets.
 */
#ifndef TD_BASE_VECTORIZED_H
#define TD_BASE_VECTORIZED_H

/*
 * Kernels are built for the widest vectors of the machine and chosen when the program is loaded.
 * The results are the same: sums that are rounded keep their order. clang 14 gives such functions
 * another name than their callers use.
 */
#if defined(__x86_64__) && defined(__linux__) && defined(__OPTIMIZE__) && !defined(__clang__) &&   \
    !defined(__SANITIZE_ADDRESS__)
#define TD_VECTORIZED __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define TD_VECTORIZED
#endif

#endif
