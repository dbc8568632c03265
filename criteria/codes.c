#include <stdint.h>
#include <string.h>

#include "criteria/codes.h"

/* A balanced tree of Andersson's kind: no order of codes makes it deep. */
typedef struct node {
    const char *code;
    size_t index;
    unsigned level;
    struct node *left, *right;
} node;

struct td_codes {
    td_arena *arena;
    node *root;
};

td_codes *td_codes_new(td_arena *arena)
{
    td_codes *codes = td_arena_alloc(arena, 1, sizeof *codes);
    if (codes != NULL)
        codes->arena = arena;
    return codes;
}

size_t td_codes_find(const td_codes *codes, const char *code)
{
    const node *n = codes == NULL ? NULL : codes->root;
    while (n != NULL) {
        int order = strcmp(code, n->code);
        if (order == 0)
            return n->index;
        n = order < 0 ? n->left : n->right;
    }
    return SIZE_MAX;
}

static node *skew(node *n)
{
    if (n->left == NULL || n->left->level != n->level)
        return n;
    node *left = n->left;
    n->left = left->right;
    left->right = n;
    return left;
}

static node *split(node *n)
{
    if (n->right == NULL || n->right->right == NULL || n->right->right->level != n->level)
        return n;
    node *right = n->right;
    n->right = right->left;
    right->left = n;
    right->level++;
    return right;
}

static node *insert(node *n, node *added)
{
    if (n == NULL)
        return added;
    if (strcmp(added->code, n->code) < 0)
        n->left = insert(n->left, added);
    else
        n->right = insert(n->right, added);
    return split(skew(n));
}

bool td_codes_add(td_codes *codes, const char *code, size_t index)
{
    node *added = codes == NULL ? NULL : td_arena_alloc(codes->arena, 1, sizeof *added);
    if (added == NULL)
        return false;
    *added = (node){.code = code, .index = index, .level = 1};
    codes->root = insert(codes->root, added);
    return true;
}
