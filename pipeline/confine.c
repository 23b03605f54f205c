/* SPDX-License-Identifier: MIT */
#include "confine.h"
#include <stdlib.h>
#include "../stages/codes.h"
#include "../stages/yunet.h"

Err confine_calls(Arena *arena, const Cli *cli)
{
    if (cli->no_sandbox)
        return OK;
    Err err = sandbox_calls(arena);
    return cli->sandbox ? err : OK;
}

/* Modules may lie where no file can be opened any more. */
static Err load_modules(Arena *arena, const Cli *cli)
{
    const YunetDoor *finder;
    const CodesDoor *codes;
    if (cli->detector)
        TRY(yunet_load(arena, &finder));
    return cli->bind == BIND_QR ? codes_load(arena, &codes) : OK;
}

Err confine_files(Arena *arena, const Cli *cli, const SandboxFiles *files)
{
    const char *models = getenv("HEADROOM_MODELS");
    const char *const others[] = {SOURCE_DIR "/models", INSTALLED_MODELS, models ? models : "",
                                  cli->detector ? cli->detector : "", NULL};
    SandboxFiles all = *files;
    if (cli->no_sandbox)
        return OK;
    TRY(load_modules(arena, cli));
    all.others = others;
    Err err = sandbox_files(arena, &all);
    return cli->sandbox || err.code == ERR_MEMORY ? err : OK;
}
