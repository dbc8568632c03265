/*
 * What this machine could do at best, measured in the same run as that which is compared with it.
 * Each figure is the best of its runs: a limit is what nothing exceeds.
 */
#ifndef BENCH_LIB_LIMITS_H
#define BENCH_LIB_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

/* The widest instruction set used here: "avx512", "avx2", "baseline". */
const char *limits_instruction_set(void);

/*
 * Bytes read per second: the sum of all 64-bit words of a buffer, in blocks of 1 MB handed out to the
 * threads as they come. buffer at a multiple of 64; what is left of the last 512 bytes is not read.
 * runs = 0: once, without warming up.
 */
double limits_read(const void *buffer, size_t size_bytes, int n_threads, size_t runs);

/*
 * Floating-point operations per second of fused multiply-adds (two operations each) that do not wait
 * for one another, all threads together; of the baseline set: a multiplication and an addition.
 */
double limits_multiply_add(bool single, int n_threads, size_t runs);

#endif
