/* SPDX-License-Identifier: MIT */
/* What goes into package/, what a delivery is, and what has to leave it. */
#include "work_package.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "../stages/package.h"
#include "say.h"
#include "stop.h"

/* What is to be packed, one by one. */
typedef struct Supply {
    Work *work;
    Packing *packing;
} Supply;

/* Without the photos that an earlier package held. */
static Err next_item(void *user, const PackageItem **item)
{
    const Supply *supply = user;
    const Work *work = supply->work;
    for (bool was = true; was;) {
        TRY(packing_next(supply->packing, item));
        was = false;
        if (*item && work->cli->new_only && *(*item)->source)
            TRY(journal_was_delivered(work->arena, work->journal, &(Delivered){(*item)->id, (*item)->sha256}, &was));
    }
    return OK;
}

static Err count_items(Supply *supply, size_t *photos)
{
    const PackageItem *item;
    size_t count = 0;
    *photos = 0;
    for (;; count++) {
        TRY(next_item(supply, &item));
        if (!item)
            break;
        *photos += *item->source != '\0';
    }
    supply->work->outcome.packable = count;
    return packing_again(supply->packing);
}

/* Each ID once, so that nothing that is recorded here is left out here. */
static Err record_delivery(Supply *supply, const char *name)
{
    const Work *work = supply->work;
    const PackageItem *item;
    TRY(packing_again(supply->packing));
    for (;;) {
        TRY(next_item(supply, &item));
        if (!item)
            return journal_commit(work->arena, work->journal);
        if (*item->source)
            TRY(journal_deliver(work->arena, work->journal, name, &(Delivered){item->id, item->sha256}));
    }
}

static const char ALL[] = "photos"; /* the name of the package of all, of each anew */

/* Another delivery has another name; one that was cut off is made again under the same. */
static Err name_delivery(Work *work, const char **name)
{
    size_t before = 0;
    *name = ALL;
    if (!work->cli->new_only)
        return OK;
    TRY(journal_deliveries(work->arena, work->journal, &before));
    if (before)
        *name = arena_print(work->arena, "photos%zu", before + 1);
    return *name ? OK : fail(work->arena, ERR_MEMORY, "no memory for the package");
}

/* The first few of them, masked. */
static void say_incomplete(const Work *work, const Packing *packing)
{
    char names[PACKING_SHOWN * 70] = "";
    size_t at = 0;
    for (size_t i = 0; i < packing->without && i < PACKING_SHOWN; i++) {
        char id[64];
        id_mask(packing->shown[i], id);
        at += (size_t)snprintf(names + at, sizeof names - at, "%s%s", at ? ", " : ": ", id);
    }
    if (packing->without > PACKING_SHOWN)
        snprintf(names + at, sizeof names - at, " ...");
    say_message(work->cli, MESSAGE_package_incomplete, packing->without ? packing->without : work->tally.open, names);
}

/* "group", "500" photos or "100MB" a ZIP. */
static Err read_split(const Work *work, PackageSplit *split, size_t *limit)
{
    const char *text = work->cli->split;
    char *end = NULL;
    if (!text)
        return OK;
    *split = SPLIT_GROUP;
    if (strcmp(text, "group") == 0)
        return OK;
    unsigned long number = *text >= '1' && *text <= '9' ? strtoul(text, &end, 10) : 0;
    *split = end && strcmp(end, "MB") == 0 ? SPLIT_BYTES : SPLIT_COUNT;
    *limit = *split == SPLIT_BYTES ? number * 1000000 : number;
    return *limit && number <= 1000000 && (!*end || *split == SPLIT_BYTES)
               ? OK
               : fail(work->arena, ERR_USAGE, "--split is group, a number of photos, or NMB, not '%s'", text);
}

Err work_check_split(const Work *work)
{
    PackageSplit split;
    size_t limit;
    return read_split(work, &split, &limit);
}

static bool has_package(const Work *work)
{
    return faccessat(work->outdir.folder, "package", F_OK, 0) == 0;
}

static Err unhold(void *user, const char *name)
{
    const Work *work = user;
    return journal_withdraw(work->arena, work->journal, name);
}

/* What stands in package/ is handed in: it goes when it is not what counts. First it is noted that nobody was in it, so that who
 * still counts is packed again, whenever this is cut off. */
static Err withdraw(Work *work)
{
    bool was;
    TRY(package_names(work->arena, work->cli->out, unhold, work)); /* but who took it away handed it in */
    TRY(journal_commit(work->arena, work->journal));
    TRY(package_withdraw(work->arena, work->cli->out, &was));
    if (was)
        say_message(work->cli, MESSAGE_package_withdrawn);
    return OK;
}

/* A package of all takes the place of what was not taken away, of which nobody was handed in; another of new photos takes it for
 * handed in, which is said. */
static Err overwrite(void *user, const char *name)
{
    const Work *work = user;
    if (!work->cli->new_only)
        return unhold(user, name);
    say_message(work->cli, MESSAGE_package_overwritten, name);
    return OK;
}

static Err next_of_all(void *user, const PackageItem **item)
{
    return packing_next(((const Supply *)user)->packing, item);
}

/* Whether a package stands there, of this name or, where that is NULL, of any. */
typedef struct Standing {
    const char *name;
    bool stands;
} Standing;

static Err see_name(void *user, const char *name)
{
    Standing *standing = user;
    standing->stands = standing->stands || !standing->name || strcmp(name, standing->name) == 0;
    return OK;
}

/* The package of all has one name: what was taken away of it is noted under another. While one of new photos stands, that one of
 * all is gone, too, where it was written over. */
static Err hand_in(Work *work)
{
    Standing one = {.name = work->cli->new_only ? ALL : NULL};
    TRY(package_names(work->arena, work->cli->out, see_name, &one));
    return one.stands ? OK : journal_hand_in(work->arena, work->journal, ALL);
}

/* Nothing is new. The last delivery may be waiting there to be handed in; if it is withdrawn, `photos` of it are packed again. */
static Err keep_delivery(Work *work, Supply *supply, size_t *photos)
{
    bool belongs = true;
    Standing any = {0};
    PackageAsk ask = {.out = work->cli->out, .next = next_of_all, .next_user = supply};
    TRY(package_names(work->arena, work->cli->out, see_name, &any));
    if (any.stands) /* else it was handed in */
        TRY(package_belongs(work->arena, &ask, &belongs));
    if (!belongs) {
        TRY(withdraw(work));
        TRY(packing_again(supply->packing));
        TRY(count_items(supply, photos));
    }
    say_message(work->cli, *photos ? MESSAGE_package_again : MESSAGE_package_nothing_new);
    return OK;
}

Err work_package(Work *work, Packing *packing)
{
    size_t photos;
    PackageAsk ask = {.out = work->cli->out, .file_name = work->profile.file_name};
    TRY(read_split(work, &ask.split, &ask.limit));
    if (work_mode(work->cli) != MODE_MAKE || (!packing->count && !has_package(work)))
        return OK;
    bool incomplete = work->roster ? work->settlement.unready : work->tally.open;
    if (work->cli->complete && incomplete) {
        say_incomplete(work, packing);
        return withdraw(work);
    }
    Supply supply = {work, packing};
    TRY(count_items(&supply, &photos));
    if (work->cli->new_only && !photos)
        TRY(keep_delivery(work, &supply, &photos));
    if (work->cli->new_only && !photos)
        return OK;
    TRY(package_names(work->arena, work->cli->out, overwrite, work));
    TRY(name_delivery(work, &ask.name));
    TRY(hand_in(work));
    ask.next = next_item;
    ask.next_user = &supply;
    ask.stops = work->cli->command == COMMAND_MERGE ? stop_asked : NULL;
    Packaged packaged;
    TRY(package_write(work->arena, &ask, &packaged));
    work->outcome.packed = true;
    work->outcome.zips = packaged.zips;
    work->outcome.photos = packaged.photos;
    journal_stop_when(work->journal, NULL, NULL); /* what is in place is noted */
    return record_delivery(&supply, ask.name);
}
