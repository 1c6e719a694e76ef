#include "query/word.h"

#include "base/error.h"
#include "query/lattice.h"

/* The live documents of all that was found. */
static int take(wy_plan *plan, wy_node *node, size_t number, const wy_lattice *lattice,
                wy_error *error)
{
    const wy_segment *segment = plan->scope->segments[number];
    wy_plan_places *places = &node->places[number];
    places->list = wy_arena_alloc(plan->arena, (lattice->count + 1) * sizeof *places->list);
    if (!places->list) return wy_fail_memory(error);
    for (size_t i = 0; i < lattice->count; i++) {
        wy_segment_term *term = &places->list[places->count++];
        int status =
            wy_segment_term_of(segment, node->field, &lattice->edges[i].term, term, error);
        if (status) return status;
        node->documents += term->live_doc_freq;
    }
    if (!node->across) return WY_OK;
    const wy_plan_term *across = &plan->terms[node->words[1].term];
    if (across->found[number]) places->list[places->count++] = across->place[number];
    return WY_OK;
}

int wy_word_find(wy_plan *plan, wy_node *node, wy_error *error)
{
    const size_t segments = plan->scope->count;
    node->places = wy_arena_alloc(plan->arena, segments * sizeof *node->places);
    if (!node->places) return wy_fail_memory(error);
    node->documents = plan->terms[node->words[0].term].doc_freq;
    if (node->across) node->documents += plan->terms[node->words[1].term].doc_freq;
    for (size_t s = 0; s < segments; s++) {
        wy_lattice lattice;
        node->places[s] = (wy_plan_places){NULL, 0};
        int status = wy_lattice_holders(&lattice, plan->scope->segments[s], node->field,
                                        node->exact, plan->mem, error);
        if (!status) status = take(plan, node, s, &lattice, error);
        wy_lattice_free(&lattice);
        if (status) return status;
    }
    return WY_OK;
}
