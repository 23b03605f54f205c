/* SPDX-License-Identifier: MIT */
/* A network's file, little-endian:
 *   8 bytes "headrnet", u32 version 3, u32 layers, u32 slots, u32 0, u64 bytes of the file, 32 zero bytes
 *   for each layer 16 u16: depthwise, side, stride, relu, channels in, channels out, slot in, slot out,
 *     slot to add (0xffff: none), how to add it (NetAdd), by which patches (0: none), five zeros; filled up to
 *     64 bytes
 *   for each layer its bias, then its weights, floats in the order of net_conv.h (those by patches as if they were not:
 *     a quarter of the bytes), channels filled up with zeros to blocks of 16
 *   u64 XXH64 of everything before
 * Slot 0 holds the input, 3 channels; the last layer's output is the answer. */
#include "net_layers.h"

#include <assert.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../pipeline/digest.h"

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "weights are used as they lie in the file");

enum { VERSION = 3, NO_SLOT = 0xffff, INPUT_CHANNELS = 3, BYTES_MOST = 64 << 20 };

typedef struct Header {
    char magic[8];
    uint32_t version, layers, slots, zero;
    uint64_t bytes;
    uint8_t zeros[32];
} Header;

typedef struct Row {
    uint16_t depthwise, side, stride, relu, channels_in, channels_out, in, out, add, add_mode, patch, zeros[5];
} Row;

static_assert(sizeof(Header) == 64 && sizeof(Row) == 32, "as the file has them");

/* What lies in a slot: nothing while channels is 0. */
typedef struct Slot {
    int channels, shift;
} Slot;

static bool all_zero(const void *data, size_t bytes)
{
    const uint8_t *byte = data;
    for (size_t i = 0; i < bytes; i++)
        if (byte[i])
            return false;
    return true;
}

static size_t up_to_64(size_t bytes)
{
    return (bytes + 63) / 64 * 64;
}

static bool has_known_form(const Row *row, int slots)
{
    bool dense = !row->depthwise && (row->side == 1 || row->side == 3) &&
                 (row->stride == 1 || row->stride == 2) && (row->side == 3 || row->stride == 1);
    bool depthwise = row->depthwise == 1 && row->side == 3 && row->stride == 1 &&
                     row->channels_in == row->channels_out;
    bool adds = row->add_mode != ADD_NOTHING;
    bool patched = row->patch == 0 ||
                   ((row->patch == 2 || row->patch == 4) && dense && row->side == 3 && row->stride == 1);
    return (dense || depthwise) && patched && row->relu <= 1 && row->channels_in >= 1 &&
           row->channels_in <= NET_CHANNELS_MOST && row->channels_out >= 1 &&
           row->channels_out <= NET_CHANNELS_MOST && row->in < slots && row->out < slots &&
           row->in != row->out && row->add_mode < ADD_COUNT && adds == (row->add != NO_SLOT) &&
           (!adds || (row->add < slots && row->add != row->out)) &&
           all_zero(row->zeros, sizeof row->zeros);
}

/* Its tensors are there and have the right shape; then its output is. The first layer reads the input,
 * whose pixels are narrower than blocks, and nothing else may. */
static bool fits(const Row *row, Slot *slots, bool first, NetLayer *layer)
{
    const Slot in = slots[row->in];
    if (in.channels != row->channels_in || first != (row->in == 0) || row->out == 0 || row->add == 0 ||
        (first && (row->depthwise || row->patch)))
        return false;
    *layer = (NetLayer){.depthwise = row->depthwise,
                        .relu = row->relu,
                        .side = row->side,
                        .stride = row->stride,
                        .channels_in = row->channels_in,
                        .channels_out = row->channels_out,
                        .patch = row->patch,
                        .in = row->in,
                        .out = row->out,
                        .add = -1,
                        .add_mode = (NetAdd)row->add_mode,
                        .in_pixel = first ? NET_INPUT_PIXEL : net_pixel(row->channels_in),
                        .in_shift = in.shift,
                        .out_shift = in.shift + row->stride - 1};
    if (layer->add_mode != ADD_NOTHING) {
        const Slot add = slots[row->add];
        int shift = layer->out_shift + (layer->add_mode == ADD_DOUBLED_AFTER_RELU);
        if (add.channels != row->channels_out || add.shift != shift)
            return false;
        layer->add = row->add;
        layer->add_shift = shift;
    }
    slots[row->out] = (Slot){row->channels_out, layer->out_shift};
    return layer->out_shift <= NET_SHIFT_MOST;
}

static size_t weight_count(const Row *row)
{
    size_t taps = (size_t)row->side * row->side, out = (size_t)net_pixel(row->channels_out);
    return taps * out * (row->depthwise ? 1 : row->channels_in);
}

/* What lies in the file is used as it is, but by patches. */
static bool give_weights(Arena *arena, NetLayer *layer, const float *plain)
{
    layer->weights = plain;
    if (!layer->patch)
        return true;
    size_t places = (size_t)(layer->patch + 2) * (size_t)(layer->patch + 2);
    float *own = arena_raw(arena, places * (size_t)net_pixel(layer->channels_out) * (size_t)layer->channels_in * sizeof *own);
    if (own)
        net_patch_weights(layer->patch, layer->channels_in, layer->channels_out, plain, own);
    layer->weights = own;
    return own;
}

/* The layers, whose weights must fill the rest of the file exactly. */
static bool read_layers(const uint8_t *data, size_t end, Net *net)
{
    Slot slots[NET_SLOTS_MOST] = {{INPUT_CHANNELS, 0}};
    size_t at = up_to_64(sizeof(Header) + sizeof(Row) * (size_t)net->layer_count);
    size_t rows_end = sizeof(Header) + sizeof(Row) * (size_t)net->layer_count;
    if (at > end || !all_zero(data + rows_end, at - rows_end))
        return false;
    for (int i = 0; i < net->layer_count; i++) {
        const Row *row = (const Row *)(data + sizeof(Header)) + i;
        NetLayer *layer = &net->layers[i];
        if (!has_known_form(row, net->slot_count) || !fits(row, slots, i == 0, layer))
            return false;
        size_t bias = (size_t)net_pixel(row->channels_out), weights = weight_count(row);
        if ((bias + weights) * sizeof(float) > end - at)
            return false;
        layer->bias = (const float *)(data + at);
        layer->weights = layer->bias + bias;
        at += (bias + weights) * sizeof(float);
    }
    return at == end;
}

/* Until the slot is written again. */
static bool is_bordered(const Net *net, int writer)
{
    const int slot = net->layers[writer].out;
    for (int i = writer + 1; i < net->layer_count; i++) {
        if (net->layers[i].in == slot && net->layers[i].side == 3)
            return true;
        if (net->layers[i].out == slot)
            return false;
    }
    return false;
}

Err net_read(Arena *arena, const char *name, const void *data, size_t size, Net **out)
{
    Header header;
    uint64_t sum;
    *out = NULL;
    if (size < sizeof header + sizeof sum || size > BYTES_MOST)
        return fail(arena, ERR_MODEL, "not a network: '%s'", name);
    memcpy(&header, data, sizeof header);
    if (memcmp(header.magic, "headrnet", sizeof header.magic) != 0)
        return fail(arena, ERR_MODEL, "not a network: '%s'", name);
    if (header.version != VERSION)
        return fail(arena, ERR_MODEL, "a network of another version: '%s'", name);
    size_t end = size - sizeof sum;
    memcpy(&sum, (const uint8_t *)data + end, sizeof sum);
    if (header.bytes != size || sum != digest_xxh64(data, end))
        return fail(arena, ERR_MODEL, "a damaged network: '%s'", name);
    Net *net = ARENA_NEW(arena, Net);
    if (!net)
        return fail(arena, ERR_MEMORY, "no memory for a network");
    net->layer_count = (int)header.layers;
    net->slot_count = (int)header.slots;
    if (header.layers < 1 || header.layers > NET_LAYERS_MOST || header.slots < 2 ||
        header.slots > NET_SLOTS_MOST || header.zero || !all_zero(header.zeros, sizeof header.zeros) ||
        !read_layers(data, end, net))
        return fail(arena, ERR_MODEL, "layers that do not fit together: '%s'", name);
    for (int i = 0; i < net->layer_count; i++) {
        net->layers[i].bordered = is_bordered(net, i);
        if (!give_weights(arena, &net->layers[i], net->layers[i].weights))
            return fail(arena, ERR_MEMORY, "no memory for a network");
    }
    *out = net;
    return OK;
}

static void close_fd(const int *fd)
{
    if (*fd >= 0)
        close(*fd);
}

/* The plain weights of what is done by patches have been read and are not needed again: their pages need not stay. */
static void let_go(const Net *net)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int i = 0; i < net->layer_count; i++) {
        const NetLayer *layer = &net->layers[i];
        const float *plain = layer->bias + net_pixel(layer->channels_out);
        size_t count = (size_t)(layer->side * layer->side * net_pixel(layer->channels_out) * layer->channels_in);
        uintptr_t begin = ((uintptr_t)plain + page - 1) / page * page, end = (uintptr_t)(plain + count) / page * page;
        if (layer->patch && begin < end)
            madvise((void *)begin, end - begin, MADV_DONTNEED); /* a hint: that it fails costs memory alone */
    }
}

Err net_open(Arena *arena, const char *path, Net **out)
{
    struct stat info;
    *out = NULL;
    CLEANUP(close_fd) int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &info))
        return fail(arena, ERR_MODEL, "cannot open network '%s': %m", path);
    if (!S_ISREG(info.st_mode) || info.st_size < 1 || info.st_size > BYTES_MOST)
        return fail(arena, ERR_MODEL, "not a network: '%s'", path);
    size_t size = (size_t)info.st_size;
    void *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
    if (data == MAP_FAILED)
        return fail(arena, ERR_MODEL, "cannot map network '%s': %m", path);
    Err err = net_read(arena, path, data, size, out);
    if (err.code) {
        munmap(data, size);
        return err;
    }
    let_go(*out);
    (*out)->mapped = data;
    (*out)->mapped_bytes = size;
    return OK;
}

void net_close(Net *net)
{
    if (net && net->mapped)
        munmap(net->mapped, net->mapped_bytes);
}
