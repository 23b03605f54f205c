/* SPDX-License-Identifier: MIT */
#include "yunet.h"

#include "module.h"

Err yunet_load(Arena *arena, const YunetDoor **out)
{
    const void *door;
    TRY(module_load(arena, "yunet.so", "yunet_door", &door));
    *out = door;
    return OK;
}
