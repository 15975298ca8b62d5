/** One IPv4 address in every way that a URL can spell it, and every IPv6 address that carries it. */

const FULL_WIDTH_ZERO = 0xff10;
const MATHEMATICAL_ZERO = 0x1d7ce;
const CIRCLED = '⓪①②③④⑤⑥⑦⑧⑨';

const hex = (value: number): string => value.toString(16);
const octal = (value: number): string => value.toString(8);
const digits = (text: string, spell: (digit: number) => string): string =>
  text.replace(/\d/g, (digit) => spell(Number(digit)));

export function spellings(address: string): string[] {
  const bytes = address.split('.').map(Number);
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const value = ((a * 256 + b) * 256 + c) * 256 + d;
  const asHex = `0x${hex(value)}`;
  const lastThree = value % 2 ** 24;
  const lastTwo = value % 2 ** 16;
  return [
    ...[
      address,
      `${value}`,
      asHex,
      asHex.toUpperCase().replace('X', 'x'),
      `0X${hex(value)}`,
      `0${octal(value)}`,
    ],
    // Fewer parts, of which the last holds the rest; and parts of different kinds.
    ...[
      `${a}.${lastThree}`,
      `${a}.${b}.${lastTwo}`,
      `0x${hex(a)}.${lastThree}`,
      `0${octal(a)}.0x${hex(lastThree)}`,
    ],
    bytes.map((byte) => `0x${hex(byte)}`).join('.'),
    bytes.map((byte) => `0${octal(byte)}`).join('.'),
    bytes.map((byte) => `0000${octal(byte)}`).join('.'),
    bytes.map((byte) => `0x000000${hex(byte)}`).join('.'),
    `0x${hex(a)}.${b}.0${octal(c)}.0x${hex(d)}`,
    // A parser takes these away or translates them before it looks.
    ...[`${address}.`, `${asHex}.`, address.replaceAll('.', '%2e'), `%3${address}`.replace(/%3(\d)/, '%3$1')],
    ...['。', '．', '｡'].map((dot) => address.replaceAll('.', dot)),
    digits(address, (digit) => String.fromCodePoint(FULL_WIDTH_ZERO + digit)),
    digits(address, (digit) => String.fromCodePoint(MATHEMATICAL_ZERO + digit)),
    digits(address, (digit) => [...CIRCLED][digit] ?? ''),
    ...['\u00ad', '\u200b', '\u2060', '\ufeff', '\t', '\n', '\r'].map((nothing) =>
      address.replace('.', `${nothing}.`),
    ),
    ...carriers(address, bytes).map((carrier) => `[${carrier}]`),
  ];
}

/** Mapped, compatible, translated (RFC 6145), NAT64 (RFC 6052, 8215), 6to4 and Teredo, which inverts it. */
function carriers(address: string, bytes: readonly number[]): string[] {
  const [a = 0, b = 0, c = 0, d = 0] = bytes;
  const [high, low] = [hex(a * 256 + b), hex(c * 256 + d)];
  const inverted = [hex(0xffff - (a * 256 + b)), hex(0xffff - (c * 256 + d))].join(':');
  return [
    ...[
      `::ffff:${address}`,
      `::FFFF:${high}:${low}`,
      `0:0:0:0:0:ffff:${address}`,
      `0000::ffff:${high}:${low}`,
    ],
    ...[`::${address}`, `::${high}:${low}`, `::ffff:0:${address}`],
    ...[`64:ff9b::${address}`, `64:ff9b::${high}:${low}`, `64:ff9b:1::${address}`],
    ...[`2002:${high}:${low}::`, `2002:${high}:${low}::1`, `2001:0:${high}:${low}::${inverted}`],
  ];
}
