/*
 * The memory of a block, which is kept from one text to the next.
 */
#include <stdlib.h>
#include <string.h>

#include "datasets/stream.h"

bool td_block_room(td_block *block, int room, void *array, size_t n, size_t size)
{
    void **memory = array;
    if (n <= block->room[room] && *memory != NULL)
        return true;
    free(*memory);
    *memory = NULL;
    block->room[room] = 0;
    size_t capacity = n + n / 4 + 64;
    *memory = malloc(capacity * size);
    if (*memory == NULL)
        return false;
    block->room[room] = capacity;
    return true;
}

bool td_block_more(td_block *block, size_t bytes, size_t n_rows)
{
    size_t wanted = block->size + bytes + 2 * TD_BLOCK_PAD + 1;
    if (wanted > block->capacity) {
        char *grown = realloc(block->memory, 2 * wanted);
        if (grown == NULL)
            return false;
        memset(grown, ' ', TD_BLOCK_PAD);
        block->memory = grown;
        block->capacity = 2 * wanted;
        block->text = grown + TD_BLOCK_PAD;
    }
    if (n_rows > block->room[TD_ROOM_OWN_ROWS]) {
        size_t *grown = realloc(block->own_rows, 2 * n_rows * sizeof *grown);
        if (grown == NULL)
            return false;
        block->own_rows = grown;
        block->room[TD_ROOM_OWN_ROWS] = 2 * n_rows;
    }
    return true;
}

void td_block_release(td_block *b)
{
    td_evaluation_free(b->loaded);
    td_errors_free(b->errors);
    td_names_free(b->names);
    void *const memory[] = {b->memory,
                            b->extent,
                            b->least,
                            b->most,
                            b->own_rows,
                            b->ends,
                            b->refused,
                            b->most_places,
                            b->strings,
                            b->record_row,
                            b->matrix,
                            b->record_cluster,
                            b->resolved,
                            b->source,
                            b->kept,
                            b->kept_rows,
                            b->unit_hash,
                            b->unit_row,
                            b->clusters,
                            b->own.data.units,
                            b->own.data.clusters,
                            b->own.data.row_of_unit};
    for (size_t i = 0; i < sizeof memory / sizeof memory[0]; i++)
        free(memory[i]);
    *b = (td_block){0};
}
