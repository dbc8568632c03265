/* Random numbers for generated data and sampled weights: GSL's Mersenne twister, seeded per stream. */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <stdlib.h>

#include "datasets/random.h"

/* GSL's own allocation calls its error handler, which aborts; so the state is ours. */
struct td_random {
    gsl_rng rng;
    uint32_t seed;
    enum { NOT_YET, WORD_BY_WORD, IN_BLOCKS } started; /* seeding costs 624 steps */
    td_exponentials exponentials;
};

td_random *td_random_new(void)
{
    td_random *random = calloc(1, sizeof *random);
    if (random == NULL)
        return NULL;
    random->rng.type = gsl_rng_mt19937;
    random->rng.state = calloc(1, gsl_rng_mt19937->size);
    if (random->rng.state == NULL) {
        free(random);
        return NULL;
    }
    return random;
}

void td_random_free(td_random *random)
{
    if (random == NULL)
        return;
    free(random->rng.state);
    free(random);
}

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t x)
{
    x += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return x ^ (x >> 31);
}

void td_random_start(td_random *random, uint64_t seed, uint64_t stream)
{
    /* The generator takes 32 bits; times an odd number is one to one on them. */
    uint32_t spread = (uint32_t)stream * 0x9E3779B1u;
    random->seed = spread ^ (uint32_t)(mix(seed) >> 32);
    random->started = NOT_YET;
}

static gsl_rng *word_by_word(td_random *random)
{
    if (random->started == NOT_YET)
        gsl_rng_set(&random->rng, random->seed);
    random->started = WORD_BY_WORD;
    return &random->rng;
}

double td_random_uniform(td_random *random)
{
    return gsl_rng_uniform(word_by_word(random));
}

double td_random_gauss(td_random *random, double sigma)
{
    return gsl_ran_gaussian_ziggurat(word_by_word(random), sigma);
}

static td_exponentials *in_blocks(td_random *random)
{
    if (random->started == NOT_YET)
        td_exponentials_start(&random->exponentials, random->seed);
    random->started = IN_BLOCKS;
    return &random->exponentials;
}

void td_random_exponentials(td_random *random, size_t n, double *out)
{
    td_exponentials_draw(in_blocks(random), n, out);
}

void td_random_words(td_random *random, size_t n, uint32_t *out)
{
    td_exponentials_words(in_blocks(random), n, out);
}

void td_random_dirichlet(td_random *random, size_t n, const double *alpha, double *shares)
{
    gsl_ran_dirichlet(word_by_word(random), n, alpha, shares);
}
