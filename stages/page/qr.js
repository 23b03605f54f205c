/* QR codes for slips (ISO/IEC 18004): byte mode, error correction level M, versions 1 to 6. Goes on where report.js ends.
 * The same as samples/qr.c, step by step, so that a test can compare them. */

const QR_FORMS = [null, [16, 10, 1], [28, 16, 1], [44, 26, 1], [64, 18, 2], [86, 24, 2], [108, 16, 4]]; /* data, correction per block, blocks */

function qrMultiply(a, b) {
    let product = 0;
    for (let bit = 7; bit >= 0; bit--) product = (product << 1) ^ (product & 0x80 ? 0x11d : 0) ^ (b >> bit & 1 ? a : 0);
    return product;
}
function qrCorrect(data, count) {
    const generator = [1, ...Array(count).fill(0)];
    for (let i = 0, root = 1; i < count; i++, root = qrMultiply(root, 2))
        for (let j = i + 1; j > 0; j--) generator[j] ^= qrMultiply(generator[j - 1], root);
    const rest = Array(count).fill(0);
    for (const byte of data) {
        const lead = byte ^ rest.shift();
        rest.push(0);
        for (let j = 0; j < count; j++) rest[j] ^= qrMultiply(generator[j + 1], lead);
    }
    return rest;
}
function qrCodewords(bytes, [room, correction, blocks]) {
    const data = [0x40 | bytes.length >> 4, bytes.length << 4 & 0xff];
    for (const byte of bytes) {
        data[data.length - 1] |= byte >> 4;
        data.push(byte << 4 & 0xff);
    }
    for (let pad = 236; data.length < room; pad = 253 - pad) data.push(pad);
    const each = room / blocks, parts = Array.from({length: blocks}, (_, block) => data.slice(block * each, (block + 1) * each));
    const checks = parts.map(part => qrCorrect(part, correction)), out = [];
    for (let i = 0; i < each; i++) out.push(...parts.map(part => part[i]));
    for (let i = 0; i < correction; i++) out.push(...checks.map(check => check[i]));
    return out;
}
const QR_MASKS = [(r, c) => (r + c) % 2, r => r % 2, (r, c) => c % 3, (r, c) => (r + c) % 3, (r, c) => ((r >> 1) + Math.floor(c / 3)) % 2,
    (r, c) => r * c % 2 + r * c % 3, (r, c) => (r * c % 2 + r * c % 3) % 2, (r, c) => ((r + c) % 2 + r * c % 3) % 2];
function qrPenalty(rows) {
    const side = rows.length, columns = rows.map((_, i) => rows.map(row => row[i]));
    let penalty = 0, dark = 0;
    for (const line of [...rows, ...columns]) {
        for (let i = 0, run = 0; i < side; i++) {
            run = i && line[i] === line[i - 1] ? run + 1 : 1;
            penalty += run === 5 ? 3 : run > 5 ? 1 : 0;
            if (i + 11 <= side && ['10111010000', '00001011101'].includes(line.slice(i, i + 11).join(''))) penalty += 40;
        }
    }
    for (let r = 0; r < side; r++)
        for (let c = 0; c < side; c++) {
            dark += rows[r][c];
            if (r + 1 < side && c + 1 < side && rows[r][c] === rows[r][c + 1] && rows[r][c] === rows[r + 1][c] && rows[r][c] === rows[r + 1][c + 1]) penalty += 3;
        }
    return penalty + Math.floor(Math.abs(dark * 20 - side * side * 10) / (side * side)) * 10;
}

/* Rows of 0 and 1, or null where the text does not fit. */
function qrRows(text) {
    const bytes = [...new TextEncoder().encode(text)], version = QR_FORMS.findIndex(form => form && bytes.length <= form[0] - 2);
    if (!bytes.length || version < 0) return null;
    const side = 17 + 4 * version, rows = Array.from({length: side}, () => Array(side).fill(0)), fixed = rows.map(row => row.slice());
    const set = (r, c, dark) => {
        if (r < 0 || c < 0 || r >= side || c >= side) return;
        rows[r][c] = dark ? 1 : 0;
        fixed[r][c] = 1;
    };
    const rings = (row, column, radius) => {
        const reach = radius === 3 ? 4 : radius;
        for (let y = -reach; y <= reach; y++)
            for (let x = -reach; x <= reach; x++) {
                const ring = Math.max(Math.abs(y), Math.abs(x));
                set(row + y, column + x, ring === radius || (radius === 3 ? ring < 2 : ring === 0));
            }
    };
    const format = mask => {
        let bits = mask << 10;
        for (let i = 14; i >= 10; i--) if (bits >> i & 1) bits ^= 0x537 << (i - 10);
        bits = (mask << 10 | bits) ^ 0x5412;
        for (let i = 0; i < 15; i++) {
            set(i < 6 ? i : i < 8 ? i + 1 : side - 15 + i, 8, bits >> i & 1);
            set(8, i < 8 ? side - 1 - i : i < 9 ? 7 : 14 - i, bits >> i & 1);
        }
        set(side - 8, 8, 1);
    };
    const flip = mask => rows.forEach((row, r) => row.forEach((_, c) => { if (!fixed[r][c] && QR_MASKS[mask](r, c) === 0) row[c] ^= 1; }));
    for (let i = 0; i < side; i++) {
        set(6, i, i % 2 === 0);
        set(i, 6, i % 2 === 0);
    }
    rings(3, 3, 3);
    rings(3, side - 4, 3);
    rings(side - 4, 3, 3);
    if (version > 1) rings(side - 7, side - 7, 2);
    format(0);
    const words = qrCodewords(bytes, QR_FORMS[version]);
    for (let right = side - 1, bit = 0, up = true; right > 0; right -= 2, up = !up) {
        if (right === 6) right--;
        for (let i = 0; i < side; i++)
            for (let c = right; c > right - 2; c--) {
                const r = up ? side - 1 - i : i;
                if (!fixed[r][c]) rows[r][c] = (words[bit >> 3] >> (7 - bit++ % 8)) & 1;
            }
    }
    let best = 0, least = Infinity;
    for (let mask = 0; mask < 8; mask++) {
        flip(mask);
        format(mask);
        const penalty = qrPenalty(rows);
        if (penalty < least) [best, least] = [mask, penalty];
        flip(mask);
    }
    flip(best);
    format(best);
    return rows;
}

/* With the four light modules around it that belong to it. */
function qrNode(text) {
    const rows = qrRows(text);
    if (!rows) return undefined;
    const side = rows.length + 8, path = rows.map((row, r) => row.map((dark, c) => dark ? `M${c + 4} ${r + 4}h1v1h-1z` : '').join('')).join('');
    return make('svg', {class: 'qr', viewBox: `0 0 ${side} ${side}`, 'aria-hidden': 'true'}, make('path', {d: path}));
}
