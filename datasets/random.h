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
/* Exponential, mean 1: -ln(1 - u), u what td_random_uniform() would give; not to be mixed with the
   others after one start, since they do not see what was taken here. */
void td_random_exponentials(td_random *random, size_t n, double *out);
/* The words of which those are made: one each. */
void td_random_words(td_random *random, size_t n, uint32_t *out);
/* n >= 2 shares that add up to 1, Dirichlet with parameters alpha > 0. */
void td_random_dirichlet(td_random *random, size_t n, const double *alpha, double *shares);

/* ---- exponentials.c: many at once ---- */

#define TD_EXPONENTIALS 624 /* words of the twister's state */

typedef struct td_exponentials {
    uint32_t state[TD_EXPONENTIALS], words[TD_EXPONENTIALS];
    size_t n_left; /* of the words */
} td_exponentials;

/* The stream that GSL's generator has for this seed. */
void td_exponentials_start(td_exponentials *exponentials, uint32_t seed);
void td_exponentials_draw(td_exponentials *exponentials, size_t n, double *out);
void td_exponentials_words(td_exponentials *exponentials, size_t n, uint32_t *out);

/* The exponential numbers of words: -ln(1 - word / 2^32), the same bits on every machine. */
void td_exponentials_of(size_t n, const uint32_t *words, double *out);

/* Faster, and less than TD_NEAR off: for every one of the 2^32 words that has been tried. */
#define TD_NEAR 0x1p-39
void td_exponentials_near(size_t n, const uint32_t *restrict words, double *restrict out);

#endif
