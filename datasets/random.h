/*
 * Random numbers: one stream per (seed, number). Beneath is GSL's Mersenne twister.
 */
#ifndef TD_DATASETS_RANDOM_H
#define TD_DATASETS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

typedef struct td_random td_random;
td_random *td_random_new(void); /* NULL when out of memory */
void td_random_free(td_random *random);
/* Starts stream `stream` of `seed`: different streams below 2^32 of one seed never coincide. */
void td_random_start(td_random *random, uint64_t seed, uint64_t stream);
double td_random_uniform(td_random *random); /* [0, 1) */
double td_random_gauss(td_random *random, double sigma);
double td_random_exponential(td_random *random); /* mean 1 */
/* n >= 2 shares that add up to 1, Dirichlet with parameters alpha > 0. */
void td_random_dirichlet(td_random *random, size_t n, const double *alpha, double *shares);

#endif
